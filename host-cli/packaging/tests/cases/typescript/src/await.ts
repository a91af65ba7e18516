const value = await Promise.resolve("awaited");
export default async (): Promise<string> => value;
