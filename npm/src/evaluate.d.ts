// For hosts: from what a config module exports to what the compiler reads.

import type { ConfigParams } from './authoring.js';

/** An evaluated config. */
export interface Evaluated {
  /** The config, as a YAML file would hold it. */
  config: unknown;
  /** Where constructs were made: JSON pointer into `config`, the file as the engine names it, line and UTF-16 column from 1. */
  places: Array<[pointer: string, file: string, line: number, column: number]>;
  /** Functions for the children of resources. */
  transforms: Array<{ resource: string; child: string; call: (properties: unknown) => unknown }>;
  /** Function for the whole template. */
  finalTransform?: (template: unknown) => unknown;
}

/** Evaluates a config module: its namespace object, and what the config's function is called with. */
export declare function evaluate(namespace: Record<string, unknown>, params: ConfigParams): Promise<Evaluated>;
