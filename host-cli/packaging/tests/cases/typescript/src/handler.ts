import { readFileSync } from "node:fs";
import { join } from "path";
import { greet, Kind, Shape } from "@lib/greet";
import settings from "./settings.json";
import { twice } from "esm-dep";
import cjs, { here } from "cjs-dep";
import { shared } from "@acme/shared";

export type Event = { name: string };
export { Shape } from "@lib/greet";

export const handler = async (event: Event): Promise<unknown> => {
  const { lazy } = await import("./lib/lazy");
  const shape: Shape = { sides: 3 };
  return {
    greeting: greet(event.name, Kind.Warm),
    sides: shape.sides,
    settings: settings.stage,
    twice: twice(21),
    cjs: cjs.answer,
    here: here(),
    shared: shared(),
    lazy: lazy(),
    self: readFileSync(join(__dirname, __filename.split(/[\\/]/).pop()!), "utf8").length > 0,
  };
};
