export default async (): Promise<string> => "default";
export const second = async (): Promise<string> => "second";
