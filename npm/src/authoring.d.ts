// The types of what a `stacktape.ts` imports from `stacktape`, apart from the classes and the config itself.

import type { Directive, FunctionTriggerAlarm, Overrides, ResourceReference, StacktapeConfig } from './config.js';

/** What a config's function is called with. */
export interface ConfigParams {
  /** Name of the project. */
  projectName: string;
  /** Name of the stage, such as `dev`. */
  stage: string;
  /** AWS region, such as `eu-west-1`. */
  region: string;
  /** The command that runs, such as `deploy`. */
  command: string;
  /** The AWS profile in use. */
  awsProfile: string;
  /** Who runs the command. */
  user: { id: string; name: string; email: string };
  /** Options of the command line. */
  cliArgs: Record<string, string | number | boolean | string[] | undefined>;
}

/** Changes the template as a whole, last of all. */
export type FinalTransform = (template: any) => unknown;

/** Changes the properties of a CloudFormation resource: what it gets are those that the compiler made, what it returns takes their place. */
export type Transform = (properties: any) => unknown;

type Letter = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M' | 'N' | 'O' | 'P' | 'Q' | 'R' | 'S' | 'T' | 'U' | 'V' | 'W' | 'X' | 'Y' | 'Z';

/** Values by children: `Child` are the names that there are for the class; logical ids begin with a capital letter. */
type ByChild<Child extends string, Value> = { [Name in Child]?: Value } & { [LogicalId in `${Letter}${string}`]?: Value };

/** Last words on the CloudFormation resources that a resource is made of, by their names (`lambda`, `lambdaLogGroup`, `bucket`, …) or logical ids. */
export interface Changes<Child extends string = string> {
  /** Properties that are set after everything else. */
  overrides?: ByChild<Child, Overrides[string]>;
  /** Functions from properties to properties, called after the overrides. */
  transforms?: ByChild<Child, Transform>;
}

/** What a config's function returns. */
export interface Config extends Omit<StacktapeConfig, 'resources'> {
  /** The resources of the stack, by name. A name has letters and digits only. */
  resources: Record<string, StacktapeConfig['resources'][string] | Resource<string, object>>;
  /** Changes the template as a whole, last of all. */
  finalTransform?: FinalTransform;
}

/** Defines a config: a function of what is deployed where, or the config itself. */
export declare function defineConfig(config: Config | ((params: ConfigParams) => Config | Promise<Config>)): (params: ConfigParams) => Config | Promise<Config>;

/** A resource. Its parameters are properties that give the directive which reads them at deploy time; they work inside template strings too. */
export declare abstract class Resource<Type extends string, Properties> implements ResourceReference {
  readonly type: Type;
  readonly properties: Properties;
  /** The name of the resource: its key under `resources`. May be used before it is known, also inside template strings. */
  readonly resourceName: string;
  toString(): string;
}

/** A part of a resource: a type and its properties. */
export declare abstract class Part<Type extends string, Properties> {
  readonly type: Type;
  readonly properties: Properties;
}

/** An alarm of a resource. */
export declare class Alarm<Type extends string, Properties> {
  constructor(alarm: Omit<FunctionTriggerAlarm, 'trigger'> & { trigger: { readonly type: Type; readonly properties?: Properties } });
  readonly trigger: { readonly type: Type; readonly properties: Properties };
}

/** A mistake in how a config is put together. */
export declare class ConfigError extends Error {
  /** Where, when that is known better than the stack knows it. */
  readonly place?: { file: string; line: number; column: number };
}

/** Amazon SES, as a target of `connectTo`. */
export declare const AWS_SES: 'aws:ses';

type Argument = string | number | boolean;

/** Twelve-digit id of the AWS account that the stack is deployed to. */
export declare function $AwsAccountId(): Directive;
/** Puts values into the `{}` of a text, one after the other. The values may be known only at deploy time. */
export declare function $CfFormat(text: string, ...values: Argument[]): Directive;
/** Attribute of a CloudFormation resource of the stack, or `Ref` for what `Ref` gives. */
export declare function $CfResourceParam(logicalId: string, attribute: string): Directive;
/** Exported output of another stack in the same region, imported by CloudFormation. */
export declare function $CfStackOutput(stack: string, output: string, region?: string): Directive;
/** Option of the command line, or the fallback when it was not given. */
export declare function $CliArgs(name: string, fallback?: Argument): Directive;
/** Content of a JSON, YAML, INI or .env file as a value. */
export declare function $File(path: string): Directive;
/** Content of a file as text. */
export declare function $FileRaw(path: string): Directive;
/** Puts values into the `{}` of a text, one after the other. */
export declare function $Format(text: string, ...values: Argument[]): Directive;
/** Property of the git working copy. */
export declare function $GitInfo(property: 'username' | 'branch' | 'commit' | 'gitUrl' | 'hasUncommitedChanges'): Directive;
/** Name of the AWS profile in use. */
export declare function $Profile(): Directive;
/** AWS region that the stack is deployed to. */
export declare function $Region(): Directive;
/** Parameter of a resource of this config, such as its URL or ARN. */
export declare function $ResourceParam(resource: string | ResourceReference, parameter: string): Directive;
/** Value of a Secrets Manager secret (`name`), or of one key of its JSON (`name.key`). */
export declare function $Secret(name: string): Directive;
/** Value of an SSM parameter in its current version. */
export declare function $SsmParam(name: string): Directive;
/** Output of another stack, as it is now. */
export declare function $StackOutput(stack: string, output: string, region?: string): Directive;
/** Name of the stage that is deployed. */
export declare function $Stage(): Directive;
/** The config itself; what stands behind it as a path selects a part: `` `${$This()}.stackConfig` ``. */
export declare function $This(): Directive;
/** The `variables` of the config; what stands behind it as a path selects one: `` `${$Var()}.name` ``. */
export declare function $Var(): Directive;
