// `synth`, `validate` and `convert` without the native binary: the same options and exit codes, by the compiler as WebAssembly.

import { readFile, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import process from 'node:process';
import { compile, convert, loadConfig, validate } from './compile.js';

/** Exit codes, as `docs/exit-codes.md` has them. */
const EXIT = { ok: 0, usage: 2, config: 3, configFile: 4, write: 12, later: 13 };

/** Short names of options. */
const ALIASES = { s: 'stage', r: 'region', prj: 'projectName', p: 'profile', cp: 'configPath', cwd: 'currentWorkingDirectory', out: 'outFile' };

/** Leave that the native binary's sandbox asks for: here the config runs in Node, which gives it all. */
const LEAVE = ['allowClock', 'allowEnv', 'allowRandom', 'unsafeNode', 'unsafePython'];

const OPTIONS = ['stage', 'region', 'projectName', 'profile', 'configPath', 'currentWorkingDirectory', 'outFile', 'facts', 'awsAccountId'];

const HELP = `Usage: stacktape COMMAND [OPTIONS]

Without the native binary of this platform there are:
  synth      Write the CloudFormation template
  validate   Check the config
  convert    Write the config in the other notation: YAML or TypeScript

Options: --projectName NAME --stage STAGE --region REGION [--configPath FILE] [--outFile FILE] [--facts FILE] [--awsAccountId ID]
`;

/** Runs a command line and gives the exit code. */
export async function run(words) {
  const [command, ...rest] = words;
  if (command === undefined || command === 'help' || command === '--help' || command === '-h') {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  if (command === 'version' || command === '--version') {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    process.stdout.write(`stacktape ${version}\n`);
    return EXIT.ok;
  }
  const commands = { synth, validate: check, convert: rewrite };
  if (!Object.hasOwn(commands, command)) {
    return fail(EXIT.later, `\`${command}\` needs the native binary, which there is none of for ${process.platform}-${process.arch} in this install`, [
      `install the package @stacktape-rs/cli-${process.platform}-${process.arch}`,
    ]);
  }
  const options = parse(rest);
  if (typeof options === 'string') return fail(EXIT.usage, options, ['`stacktape help` shows the options']);
  try {
    return await commands[command](await settings(options), options);
  } catch (error) {
    const at = error.place ? `${error.place.file}:${error.place.line}:${error.place.column}: ` : '';
    return fail(error.place || error.name !== 'ConfigError' ? EXIT.config : EXIT.configFile, at + error.message, []);
  }
}

/** Options by name, or what is wrong with them. */
function parse(words) {
  const found = {};
  for (let at = 0; at < words.length; at++) {
    const match = /^(--?)([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(words[at]);
    if (!match) return `\`${words[at]}\` is no option`;
    const [, dashes, written, value] = match;
    const camel = written.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
    const name = dashes === '-' ? ALIASES[written] : (OPTIONS.find((option) => option === camel) ?? ALIASES[written]);
    if (LEAVE.includes(camel) && dashes === '--') {
      while (camel === 'allowEnv' && at + 1 < words.length && !words[at + 1].startsWith('-')) at++;
      continue;
    }
    if (!name) return `there is no option \`${dashes}${written}\` without the native binary`;
    const given = value ?? words[++at];
    if (given === undefined) return `\`${words[at - 1]}\` needs a value`;
    found[name] = given;
  }
  return found;
}

async function settings({ facts, awsAccountId, outFile, currentWorkingDirectory, ...options }) {
  const given = facts === undefined ? {} : JSON.parse(await readFile(facts, 'utf8'));
  if (awsAccountId !== undefined) given.accountId = awsAccountId;
  const region = options.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  const cwd = currentWorkingDirectory === undefined ? process.cwd() : resolve(currentWorkingDirectory);
  const format = outFile?.endsWith('.json') ? 'json' : 'yaml';
  return { ...options, ...(region && { region }), cwd, facts: given, formats: [format] };
}

async function synth(options, { outFile = 'compiled-template.yaml' }) {
  const { template, diagnostics } = await compile(options);
  if (show(diagnostics)) return EXIT.config;
  return write(outFile, template.json ?? template.yaml);
}

async function check(options) {
  const loaded = await loadConfig(options);
  const { diagnostics } = await validate(loaded);
  if (show(diagnostics)) return EXIT.config;
  const warnings = diagnostics.length;
  process.stderr.write(`${basename(loaded.path)} is valid${warnings ? `, with ${warnings} warning${warnings > 1 ? 's' : ''}` : ''}\n`);
  return EXIT.ok;
}

async function rewrite(options, { outFile }) {
  // YAML needs no target to be read; a program may ask for it.
  const loaded = await loadConfig({ projectName: 'project', stage: 'dev', region: 'eu-west-1', ...options });
  const { text, diagnostics } = await convert(loaded);
  if (show(diagnostics)) return EXIT.config;
  return write(outFile ?? '-', text);
}

async function write(path, text) {
  if (path === '-') {
    process.stdout.write(text);
    return EXIT.ok;
  }
  try {
    await writeFile(path, text);
  } catch (error) {
    return fail(EXIT.write, `${path} cannot be written: ${error.message}`, []);
  }
  process.stderr.write(`written to ${path}\n`);
  return EXIT.ok;
}

/** Prints findings; whether one of them is an error. */
function show(diagnostics) {
  for (const { severity, code, message, place, hints } of diagnostics) {
    const at = place ? `${place.file}:${place.range.start.line}:${place.range.start.column}: ` : '';
    process.stderr.write(`${at}${severity}: ${message} [${code}]\n${hints.map((hint) => `  hint: ${hint}\n`).join('')}`);
  }
  return diagnostics.some(({ severity }) => severity === 'error');
}

function fail(exit, message, hints) {
  process.stderr.write(`error: ${message}\n${hints.map((hint) => `  hint: ${hint}\n`).join('')}`);
  return exit;
}
