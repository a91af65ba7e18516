export const retention = { dev: 3600 } as const;
