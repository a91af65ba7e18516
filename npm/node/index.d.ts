// What `stacktape` is in Node: the library that configs are written with, and the compiler.

import type { CompileResult, ConvertResult, DiagnoseResult, Format } from './wasm/stacktape_wasm.js';

export * from './src/index.js';
export type {
  CompileResult,
  ConvertResult,
  DiagnoseResult,
  Diagnostic,
  Format,
  Label,
  MissingFact,
  Place,
  Position,
  Range,
  RenderedTemplate,
  Severity,
  TemplateResource,
} from './wasm/stacktape_wasm.js';

/** Which config, for which stack. */
export interface ConfigOptions {
  /** Path of the config, from `cwd`. Default: the one file in `cwd` that is called `stacktape.ts`, `.yml`, `.yaml`, `.json`, `.js` … */
  configPath?: string;
  /** Folder that `configPath` starts from. Default: the working directory. */
  cwd?: string;
  /** Name of the project. */
  projectName: string;
  /** Name of the stage, such as `dev`. */
  stage: string;
  /** AWS region, such as `eu-west-1`. */
  region: string;
  /** Name of the AWS profile that the config sees. Default: `default`. */
  profile?: string;
  /** The command that a TypeScript config sees. Default: `synth`. */
  command?: string;
  /** Who a TypeScript config sees as the user. */
  user?: { id?: string; name?: string; email?: string };
  /** Options of the command line that the config sees. */
  cliArgs?: Record<string, string | number | boolean | string[]>;
  /** What the config does not say (account id, certificates, versions of secrets): a fact file's content, or its text. */
  facts?: string | Record<string, unknown>;
  /** The forms in which the template is wanted. Default: JSON. */
  formats?: Format[];
}

/** A config that was read and, when it is a program, evaluated. It can be compiled many times. */
export interface LoadedConfig {
  /** Path of the config. */
  readonly path: string;
  /** What it was loaded with. */
  readonly options: ConfigOptions;
  /** What a program was evaluated to; absent for YAML and JSON. */
  readonly evaluated?: {
    /** The config, as a YAML file would hold it. */
    readonly config: unknown;
    /** Where constructs were made: JSON pointer into `config`, file, line, column. */
    readonly places: ReadonlyArray<readonly [pointer: string, file: string, line: number, column: number]>;
    /** Functions for the children of resources. */
    readonly transforms: ReadonlyArray<{ readonly resource: string; readonly child: string; readonly call: (properties: unknown) => unknown }>;
    /** Function for the whole template. */
    readonly finalTransform?: (template: unknown) => unknown;
  };
}

/** Finds, reads and (when it is a program) evaluates a config. A mistake in the program itself throws; its `place` says where. */
export declare function loadConfig(options: ConfigOptions): Promise<LoadedConfig>;

/** Compiles a config, or one that was loaded, into a CloudFormation template. Mistakes of the config are in `diagnostics`. */
export declare function compile(config: ConfigOptions | LoadedConfig): Promise<CompileResult>;

/** Finds the mistakes of a config, or of one that was loaded. */
export declare function validate(config: ConfigOptions | LoadedConfig): Promise<DiagnoseResult>;

/** The config in the other notation: YAML or JSON as TypeScript, a program as YAML (the values of one evaluation). */
export declare function convert(config: ConfigOptions | LoadedConfig): Promise<ConvertResult>;
