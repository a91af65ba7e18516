// `node:crypto`: digests, made by the host, and, with leave, random values.
const { ask, random } = globalThis.__stacktape;

class Hash {
  #algorithm;
  #parts = [];
  constructor(algorithm) {
    this.#algorithm = String(algorithm);
    ask('digest', this.#algorithm, '');
  }
  update(data, encoding) {
    this.#parts.push(typeof data === 'string' ? Buffer.from(data, encoding) : Buffer.from(data));
    return this;
  }
  digest(encoding) {
    const made = Buffer.from(ask('digest', this.#algorithm, Buffer.concat(this.#parts).toString('base64')), 'hex');
    return encoding ? made.toString(encoding) : made;
  }
}

/** HMAC (RFC 2104) on the same digests. */
class Hmac {
  #inner;
  #outer;
  #algorithm;
  constructor(algorithm, key) {
    const block = /^sha-?(384|512)$/i.test(algorithm) ? 128 : 64;
    let bytes = typeof key === 'string' ? Buffer.from(key) : Buffer.from(key);
    if (bytes.length > block) bytes = new Hash(algorithm).update(bytes).digest();
    const padded = Buffer.concat([bytes, Buffer.alloc(block - bytes.length)]);
    this.#algorithm = algorithm;
    this.#inner = new Hash(algorithm).update(padded.map((byte) => byte ^ 0x36));
    this.#outer = padded.map((byte) => byte ^ 0x5c);
  }
  update(data, encoding) {
    this.#inner.update(data, encoding);
    return this;
  }
  digest(encoding) {
    return new Hash(this.#algorithm).update(this.#outer).update(this.#inner.digest()).digest(encoding);
  }
}

export const createHash = (algorithm) => new Hash(algorithm);
export const createHmac = (algorithm, key) => new Hmac(algorithm, key);
export const hash = (algorithm, data, encoding = 'hex') => new Hash(algorithm).update(data).digest(encoding);
export const getHashes = () => ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];
export const timingSafeEqual = (a, b) => Buffer.from(a).equals(Buffer.from(b));

/** With a callback as last argument, as Node has it, the value comes later. */
const now = (make) => (...given) => {
  const done = typeof given.at(-1) === 'function' ? given.pop() : undefined;
  const value = make(...given);
  return done ? void queueMicrotask(() => done(null, value)) : value;
};
export const randomUUID = () => random.uuid();
export const randomBytes = now((count) => random.bytes(count));
export const randomInt = now((least, end) => (end === undefined ? random.integer(0, least) : random.integer(least, end)));
export const getRandomValues = (array) => random.fill(array);
export const webcrypto = globalThis.crypto;

export default { createHash, createHmac, hash, getHashes, timingSafeEqual, randomUUID, randomBytes, randomInt, getRandomValues, webcrypto };
