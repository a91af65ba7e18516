export const shared = (): string => "from the workspace source";
