// `node:timers/promises`.
export const setTimeout = (delay, value) => new Promise((done) => globalThis.setTimeout(done, delay, value));
export const setImmediate = (value) => new Promise((done) => globalThis.setImmediate(done, value));
export default { setTimeout, setImmediate };
