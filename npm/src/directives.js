// Directives as functions. Each gives the text of the directive, as it would stand in a YAML config; the compiler gives it its value.

import { ConfigError, isResource } from './construct.js';

/** A reference to a parameter of a resource whose name is not known yet. */
const REFERENCE = /\$ResourceParam\('\uE000\d+:[^\uE001]*\uE001', '[^']*'\)/g;

/** The part of a directive's text behind its last argument: nothing, or a path. */
const PATH = /^(\.[^\s.(),'"]+)*$/;

/** Whether a text is one directive as a whole. Quotes may hold parentheses; a backslash before a quote makes it part of the text. */
export function isDirective(text) {
  if (!/^\$[A-Za-z_$][\w$]*\(/.test(text)) return false;
  let depth = 0;
  let quote = '';
  for (let at = text.indexOf('('); at < text.length; at++) {
    const char = text[at];
    if (quote) {
      if (char === '\\' && text[at + 1] === quote) at++;
      else if (char === quote) quote = '';
    } else if (char === "'" || char === '"') quote = char;
    else if (char === '(') depth++;
    else if (char === ')' && --depth === 0) return PATH.test(text.slice(at + 1));
  }
  return false;
}

/** A text with references in it as `$CfFormat`; any other text as it is. */
export function joined(text) {
  return text.search(REFERENCE) < 0 || isDirective(text) ? text : format(text, undefined);
}

/** `$CfFormat` of a text and its values. Without values a `{}` in the text is text. */
function format(text, values) {
  return `$CfFormat(${template(text, values).join(', ')})`;
}

/** Splits a text at its references: the text with `{}` in their places, and what fills each `{}` of the result. */
function template(text, values) {
  const rest = [...(values ?? [])];
  const all = [];
  let format = '';
  let from = 0;
  const holes = new RegExp(`${REFERENCE.source}|\\{\\}`, 'g');
  for (const { 0: hole, index } of text.matchAll(holes)) {
    format += `${text.slice(from, index)}{}`;
    from = index + hole.length;
    if (hole !== '{}') all.push(hole);
    else if (!values) all.push("'{}'");
    else if (rest.length > 0) all.push(argument(rest.shift()));
  }
  format += text.slice(from);
  all.push(...rest.map(argument));
  if (format.endsWith('\\')) {
    format += '{}';
    all.push("''");
  }
  return [quoted(format), ...all];
}

function quoted(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  if (text.endsWith('\\')) throw new ConfigError(`the argument ${JSON.stringify(text)} of a directive must not end in a backslash`);
  return quote + text.replaceAll(quote, `\\${quote}`) + quote;
}

function argument(value) {
  if (isResource(value)) return argument(value.resourceName);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') {
    throw new ConfigError(`the argument of a directive must be a text, a number or a boolean, not ${value === null ? 'null' : typeof value}`);
  }
  const text = joined(value);
  return isDirective(text) ? text : quoted(text);
}

/** The text of a directive. What was left out at the end is left out. */
function directive(name, values) {
  const given = values.slice(0, values.findLastIndex((value) => value !== undefined) + 1);
  return `$${name}(${given.map(argument).join(', ')})`;
}

export const $AwsAccountId = () => directive('AwsAccountId', []);
export const $CfFormat = (text, ...values) => (typeof text !== 'string' || isDirective(text) ? directive('CfFormat', [text, ...values]) : format(text, values));
export const $CfResourceParam = (logicalId, attribute) => directive('CfResourceParam', [logicalId, attribute]);
export const $CfStackOutput = (stack, output, region) => directive('CfStackOutput', [stack, output, region]);
export const $CliArgs = (name, fallback) => directive('CliArgs', [name, fallback]);
export const $File = (path) => directive('File', [path]);
export const $FileRaw = (path) => directive('FileRaw', [path]);
export const $Format = (text, ...values) => directive('Format', [text, ...values]);
export const $GitInfo = (property) => directive('GitInfo', [property]);
export const $Profile = () => directive('Profile', []);
export const $Region = () => directive('Region', []);
export const $ResourceParam = (resource, parameter) => directive('ResourceParam', [resource, parameter]);
export const $Secret = (name) => directive('Secret', [name]);
export const $SsmParam = (name) => directive('SsmParam', [name]);
export const $StackOutput = (stack, output, region) => directive('StackOutput', [stack, output, region]);
export const $Stage = () => directive('Stage', []);
export const $This = () => directive('This', []);
export const $Var = () => directive('Var', []);
