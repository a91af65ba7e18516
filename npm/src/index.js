// What a `stacktape.ts` imports from `stacktape`.

import { STATE, callSite } from './construct.js';

export { Alarm, ConfigError } from './construct.js';
export * from './classes.js';
export {
  $AwsAccountId,
  $CfFormat,
  $CfResourceParam,
  $CfStackOutput,
  $CliArgs,
  $File,
  $FileRaw,
  $Format,
  $GitInfo,
  $Profile,
  $Region,
  $ResourceParam,
  $Secret,
  $SsmParam,
  $StackOutput,
  $Stage,
  $This,
  $Var,
} from './directives.js';

/** Amazon SES, as a target of `connectTo`. */
export const AWS_SES = 'aws:ses';

/** Defines a config: a function of what is deployed where, or the config itself. */
export function defineConfig(config) {
  const made = typeof config === 'function' ? (params) => config(params) : () => config;
  return Object.defineProperty(made, STATE, { value: { place: callSite(defineConfig) } });
}
