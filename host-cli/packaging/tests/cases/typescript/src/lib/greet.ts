export enum Kind {
  Cold = "cold",
  Warm = "warm",
}
export interface Shape {
  sides: number;
}
export const greet = (name: string, kind: Kind): string => `${kind} hello, ${name}`;
