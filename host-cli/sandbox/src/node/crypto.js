// `node:crypto`: digests, made by the host. Random values would make the template differ from one run to the next.
const { ask } = globalThis.__stacktape;

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

const refuse = (name) => () => {
  throw new Error(`\`crypto.${name}\` is not available to a config: it would make the template differ from one run to the next`);
};
export const randomUUID = refuse('randomUUID');
export const randomBytes = refuse('randomBytes');
export const randomInt = refuse('randomInt');
export const getRandomValues = refuse('getRandomValues');
export const webcrypto = globalThis.crypto;

export default { createHash, createHmac, hash, getHashes, timingSafeEqual, randomUUID, randomBytes, randomInt, getRandomValues, webcrypto };
