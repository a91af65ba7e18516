export const handler = async (): Promise<string> => "from a star";
