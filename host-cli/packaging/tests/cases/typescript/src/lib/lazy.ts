export const lazy = (): string => "loaded later";
