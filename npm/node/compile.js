// The compiler as a library: `loadConfig`, `compile`, `validate`. Offline, without credentials; only files of the project are read.

import { readFileSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ConfigError } from '../src/construct.js';
import { evaluateFile, findConfig, isProgram } from './load.js';
import { compiler } from './wasm.js';

/** Finds, reads and (when it is a program) evaluates a config. What comes back can be compiled many times. */
export async function loadConfig(options) {
  const { configPath, cwd = process.cwd(), projectName, stage, region } = options ?? {};
  for (const [name, value] of Object.entries({ projectName, stage, region })) {
    if (typeof value !== 'string' || value === '') throw new ConfigError(`\`${name}\` must be given`);
  }
  const path = findConfig(resolve(cwd), configPath);
  const loaded = { path, options };
  if (!isProgram(path)) return loaded;
  const { command = 'synth', profile = 'default', user, cliArgs = {} } = options;
  const params = { projectName, stage, region, command, awsProfile: profile, user: { id: '', name: '', email: '', ...user }, cliArgs };
  return { ...loaded, evaluated: await evaluateFile(path, params) };
}

/** The config in the other notation: YAML or JSON as TypeScript, a program as YAML. */
export async function convert(given) {
  const loaded = given.path ? given : await loadConfig(given);
  const functions = await compiler();
  if (loaded.evaluated) return run('toYaml', loaded, {});
  return functions.toTypescript(basename(loaded.path), await readFile(loaded.path, 'utf8'));
}

/** Compiles a config, or one that was loaded, into a CloudFormation template. Mistakes of the config are in `diagnostics`. */
export async function compile(given) {
  const { formats } = given.options ?? given;
  return run('compile', given, { formats });
}

/** Finds the mistakes of a config, or of one that was loaded. */
export async function validate(given) {
  return run('diagnose', given, {});
}

async function run(call, given, more) {
  const loaded = given.path ? given : await loadConfig(given);
  const { path, options, evaluated } = loaded;
  const { projectName, stage, region, profile, facts, cliArgs } = options;
  const folder = dirname(path);
  const input = {
    apiVersion: 1,
    config: basename(path),
    sources: { [basename(path)]: await readFile(path, 'utf8') },
    facts: facts === undefined || typeof facts === 'string' ? facts : JSON.stringify(facts),
    target: { projectName, stage, region, profile },
    cliArgs,
    ...more,
  };
  const transform = evaluated && handOver(evaluated, input);
  const functions = await compiler();
  return functions[call](input, transform, (name) => textOf(folder, name));
}

/** Puts what the compiler reads of an evaluated config into its input, and gives the function that it calls back. */
function handOver({ config, places, transforms, finalTransform }, input) {
  const calls = transforms.map(({ call }) => call);
  if (finalTransform) calls.push(finalTransform);
  const names = transforms.map(({ resource, child }) => [resource, child]);
  input.evaluated = JSON.stringify({ config, places, transforms: names, finalTransform: finalTransform !== undefined });
  return (index, argument) => JSON.stringify(calls[index](JSON.parse(argument)));
}

/** The text of a file that the compiler asks for, by its path from the folder of the config; nothing outside that folder. */
function textOf(folder, name) {
  try {
    const path = realpathSync(join(folder, name));
    const inside = relative(realpathSync(folder), path);
    return inside.startsWith(`..${sep}`) || isAbsolute(inside) ? undefined : readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
