// A pasted template, JSON or YAML, with CloudFormation's short forms of the functions (`!Ref`, `!GetAtt`, `!Sub` …) written out.
import { parseDocument, Scalar, YAMLMap, YAMLSeq, type CollectionTag, type ScalarTag, type Tags } from 'yaml';
import type { Json, Template } from './compare.ts';

const FUNCTIONS = ['Base64', 'Cidr', 'FindInMap', 'GetAZs', 'ImportValue', 'Join', 'Select', 'Split', 'Sub', 'Transform', 'And', 'Equals', 'If', 'Not', 'Or', 'GetAtt', 'Length', 'ToJsonString', 'ForEach'];
const long = (name: string) => (name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`);

const customTags: Tags = ['Ref', 'Condition', ...FUNCTIONS].flatMap((name): (ScalarTag | CollectionTag)[] => {
  const tag = `!${name}`;
  const wrap = (value: unknown) => ({ [long(name)]: value });
  const text = (value: string) => wrap(name === 'GetAtt' && value.includes('.') ? [value.slice(0, value.indexOf('.')), value.slice(value.indexOf('.') + 1)] : value);
  return [
    { tag, resolve: (value) => Object.assign(new Scalar(value), { toJSON: () => text(value) }) } as ScalarTag,
    { tag, collection: 'seq', nodeClass: YAMLSeq, resolve: (value) => Object.assign(value, { toJSON: (_: unknown, context: never) => wrap(YAMLSeq.prototype.toJSON.call(value, _ as never, context)) }) } as CollectionTag,
    { tag, collection: 'map', nodeClass: YAMLMap, resolve: (value) => Object.assign(value, { toJSON: (_: unknown, context: never) => wrap(YAMLMap.prototype.toJSON.call(value, _ as never, context)) }) } as CollectionTag,
  ];
});

/** Reads a template; throws an `Error` for people. */
export function parseTemplate(text: string): Template {
  const value = /^\s*\{/.test(text) ? json(text) : yaml(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !('Resources' in value)) throw new Error('this is no CloudFormation template: it has no Resources');
  return value as Template;
}

function json(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Error(`this is not valid JSON: ${(error as Error).message}`);
  }
}

function yaml(text: string): Json {
  const document = parseDocument(text, { customTags, version: '1.2', schema: 'core', maxAliasCount: 100 } as never);
  const [first] = document.errors;
  if (first) throw new Error(`this is not valid YAML: ${first.message.split('\n')[0]}`);
  return document.toJS({ maxAliasCount: 100 }) as Json;
}
