// `node:util`.
import { same } from 'node:assert';

const { shown, format: formatted } = globalThis.__stacktape;
export const inspect = Object.assign((value) => shown(value, 1), { custom: Symbol.for('nodejs.util.inspect.custom') });
export const format = formatted;
export const isDeepStrictEqual = same;
export const promisify = (call) => (...args) =>
  new Promise((done, failed) => call(...args, (error, value) => (error ? failed(error) : done(value))));
export const deprecate = (call) => call;
export const debuglog = () => () => undefined;
export const stripVTControlCharacters = (text) => text.replace(/\u001b\[[0-9;]*m/g, '');
export function inherits(made, base) {
  Object.setPrototypeOf(made.prototype, base.prototype);
}
export const types = {
  isPromise: (value) => value instanceof Promise,
  isDate: (value) => value instanceof Date,
  isRegExp: (value) => value instanceof RegExp,
};
export const { TextEncoder, TextDecoder } = globalThis;
export default { inspect, format, isDeepStrictEqual, promisify, deprecate, debuglog, stripVTControlCharacters, inherits, types, TextEncoder, TextDecoder };
