// `node:assert`.
export class AssertionError extends Error {
  constructor({ message, actual, expected }) {
    super(message);
    Object.assign(this, { name: 'AssertionError', code: 'ERR_ASSERTION', actual, expected });
  }
}

const fail = (message, fallback, actual, expected) => {
  if (message instanceof Error) throw message;
  throw new AssertionError({ message: message ?? fallback, actual, expected });
};
const shown = (value) => globalThis.__stacktape.shown(value, 1);

export function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

function assert(value, message) {
  if (!value) fail(message, 'the assertion does not hold', value, true);
}
assert.ok = assert;
assert.equal = assert.strictEqual = (a, b, message) => Object.is(a, b) || fail(message, `${shown(a)} is not ${shown(b)}`, a, b);
assert.notEqual = assert.notStrictEqual = (a, b, message) => !Object.is(a, b) || fail(message, `${shown(a)} is not to be ${shown(b)}`, a, b);
assert.deepEqual = assert.deepStrictEqual = (a, b, message) => same(a, b) || fail(message, `${shown(a)} is not ${shown(b)}`, a, b);
assert.match = (text, pattern, message) => pattern.test(text) || fail(message, `${shown(text)} does not match ${pattern}`, text, pattern);
assert.fail = (message) => fail(message, 'failed');
assert.throws = (call, message) => {
  try {
    call();
  } catch {
    return;
  }
  fail(typeof message === 'string' ? message : undefined, 'nothing was thrown');
};
assert.AssertionError = AssertionError;
assert.strict = assert;

export const { ok, equal, strictEqual, notEqual, notStrictEqual, deepEqual, deepStrictEqual, match, throws, strict } = assert;
export default assert;
