// The runtime of the sandbox: what Node gives to a program and a config really uses, built on one function of the host. Evaluates to a function
// that takes the native functions and gives the commands of the host.
(function (native) {
  'use strict';
  const { parse, stringify } = JSON;
  const separator = '\0';

  /** Asks the host; a refusal is thrown, with the code that Node would give it. */
  function ask(...parts) {
    const answer = native.request(parts.join(separator));
    if (answer[0] === '+') return answer.slice(1);
    const [code, message] = answer.slice(1).split(separator);
    const error = new Error(message);
    if (code) error.code = code;
    throw error;
  }

  const hidden = (object, name, value) => Object.defineProperty(object, name, { value, writable: true, configurable: true });

  // CommonJS. Modules that have run, by name.

  const modules = new Map();

  function folder(name) {
    const end = name.lastIndexOf('/');
    return end <= 0 ? '/' : name.slice(0, end);
  }

  function requireFrom(from) {
    const target = (specifier) => ask('resolve', 'require', from, String(specifier));
    const require = (specifier) => load(target(specifier)).exports;
    require.resolve = target;
    require.cache = Object.create(null);
    require.main = undefined;
    return require;
  }

  function load(name) {
    const known = modules.get(name);
    if (known) return known;
    const module = { id: name, filename: name, path: folder(name), exports: {}, loaded: false, children: [], paths: [] };
    modules.set(name, module);
    try {
      run(module, ask('load', name));
    } catch (error) {
      modules.delete(name);
      throw error;
    }
    module.loaded = true;
    return module;
  }

  function run(module, answer) {
    const source = answer.slice(1);
    switch (answer[0]) {
      case 'j':
        module.exports = parse(source);
        break;
      case 'c': {
        const body = native.evaluate(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, module.id);
        module.require = requireFrom(module.id);
        body.call(module.exports, module.exports, module.require, module, module.id, module.path);
        break;
      }
      default: {
        const namespace = native.importNow(module.id);
        module.exports = module.id.startsWith('node:') ? namespace.default : namespace;
      }
    }
  }

  const NAME = /^[A-Za-z_$][\w$]*$/;

  /** An ES module that exports what a CommonJS module, or a file of data, holds. */
  function wrap(name) {
    const { exports } = load(name);
    const open = exports !== null && (typeof exports === 'object' || typeof exports === 'function');
    const names = open ? [...new Set(Object.keys(exports))].filter((key) => NAME.test(key) && key !== 'default' && key !== '__esModule') : [];
    const lines = [`const all = globalThis.__stacktape.exports(${stringify(name)});`];
    // Of a package, the default is what Node takes for it: `module.exports`. Among the project's own files it is what TypeScript takes for it.
    const marked = open && exports.__esModule && 'default' in exports && !name.includes('/node_modules/');
    lines.push(marked ? 'export default all.default;' : 'export default all;');
    names.forEach((key, index) => lines.push(`const $${index} = all[${stringify(key)}]; export { $${index} as ${key} };`));
    return lines.join('\n');
  }

  // What differs from one run to the next is there with leave only.

  const live = parse(ask('live'));
  const started = Date.now();

  function randomBytes(count, what) {
    if (!live.random) throw new Error(`\`${what}\` is not available to a config: it would make the template differ from one run to the next; if that is wanted, add \`--allowRandom\``);
    const bytes = [];
    while (bytes.length < count) bytes.push(...fromBase64(ask('random', String(Math.min(65536, count - bytes.length)))));
    return Uint8Array.from(bytes);
  }
  /** A number from 0 up to 1, of 53 bits as `Math.random` has them. */
  const fraction = (what) => randomBytes(7, what).reduce((sum, byte, at) => sum * 256 + (at === 0 ? byte & 31 : byte), 0) / 2 ** 53;
  if (live.random) hidden(Math, 'random', () => fraction('Math.random'));
  const random = {
    bytes: (count) => Buffer.from(randomBytes(count, 'crypto.randomBytes')),
    integer: (least, end) => least + Math.floor(fraction('crypto.randomInt') * (end - least)),
    uuid() {
      const bytes = randomBytes(16, 'crypto.randomUUID');
      bytes[6] = (bytes[6] & 0x0f) | 0x40;
      bytes[8] = (bytes[8] & 0x3f) | 0x80;
      return Buffer.from(bytes).toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    },
    fill(array) {
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(randomBytes(array.byteLength, 'crypto.getRandomValues'));
      return array;
    },
  };

  Object.defineProperty(globalThis, '__stacktape', {
    value: Object.freeze({ wrap, exports: (name) => load(name).exports, requireFrom, ask, folder, format, shown, random: Object.freeze(random) }),
  });

  // Timers fire in order as soon as nothing else is left to do: the clock stands still.

  let timers = [];
  let count = 0;
  function later(callback, delay, args, every) {
    if (typeof callback !== 'function') throw new TypeError('a timer takes a function');
    const wait = Math.max(1, Number(delay) || 0);
    const timer = { id: ++count, due: now + wait, callback, args, every: every ? wait : 0 };
    timers.push(timer);
    const handle = { ref: () => handle, unref: () => handle, hasRef: () => true, [Symbol.toPrimitive]: () => timer.id };
    hidden(handle, 'timer', timer);
    return handle;
  }
  let now = 0;
  const stop = (handle) => {
    const timer = handle?.timer;
    timers = timers.filter((other) => other !== timer && other.id !== handle);
  };
  function tick() {
    if (timers.length === 0) return false;
    const next = timers.reduce((first, timer) => (timer.due < first.due || (timer.due === first.due && timer.id < first.id) ? timer : first));
    now = Math.max(now, next.due);
    if (next.every) next.due = now + next.every;
    else stop({ timer: next });
    next.callback(...next.args);
    return true;
  }

  // Text and bytes.

  class TextEncoder {
    get encoding() {
      return 'utf-8';
    }
    encode(text = '') {
      const bytes = [];
      for (const character of String(text).toWellFormed()) {
        const code = character.codePointAt(0);
        if (code < 0x80) bytes.push(code);
        else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
        else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
        else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      }
      return Uint8Array.from(bytes);
    }
  }

  class TextDecoder {
    get encoding() {
      return 'utf-8';
    }
    decode(input = new Uint8Array()) {
      const bytes = ArrayBuffer.isView(input) ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength) : new Uint8Array(input);
      let text = '';
      for (let at = 0; at < bytes.length; ) {
        const first = bytes[at];
        const length = first < 0x80 ? 1 : first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
        let code = length === 1 ? first : first & (0xff >> (length + 1));
        let valid = length > 0 && at + length <= bytes.length;
        for (let next = 1; valid && next < length; next++) {
          valid = (bytes[at + next] & 0xc0) === 0x80;
          code = (code << 6) | (bytes[at + next] & 63);
        }
        valid &&= code <= 0x10ffff;
        text += valid ? String.fromCodePoint(code) : '\ufffd';
        at += valid ? length : 1;
      }
      return text;
    }
  }

  const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  function toBase64(bytes) {
    let text = '';
    for (let at = 0; at < bytes.length; at += 3) {
      const group = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
      const left = bytes.length - at;
      text += DIGITS[group >> 18] + DIGITS[(group >> 12) & 63] + (left > 1 ? DIGITS[(group >> 6) & 63] : '=') + (left > 2 ? DIGITS[group & 63] : '=');
    }
    return text;
  }
  function fromBase64(text) {
    const bytes = [];
    let bits = 0;
    let held = 0;
    for (const character of text.replaceAll('-', '+').replaceAll('_', '/')) {
      const digit = DIGITS.indexOf(character);
      if (digit < 0) continue;
      held = ((held << 6) | digit) & 0xffffff;
      bits += 6;
      if (bits >= 8) bytes.push((held >> (bits -= 8)) & 255);
    }
    return bytes;
  }

  class Buffer extends Uint8Array {
    static from(value, encoding) {
      if (typeof value !== 'string') {
        const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
        const made = new Buffer(bytes.length);
        made.set(bytes);
        return made;
      }
      switch (String(encoding ?? 'utf8').toLowerCase()) {
        case 'base64':
        case 'base64url':
          return Buffer.from(fromBase64(value));
        case 'hex':
          return Buffer.from((value.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));
        case 'latin1':
        case 'binary':
        case 'ascii':
          return Buffer.from([...value].map((character) => character.charCodeAt(0) & 255));
        default:
          return Buffer.from(new TextEncoder().encode(value));
      }
    }
    static alloc(size, fill = 0) {
      return new Buffer(size).fill(fill);
    }
    static concat(list) {
      return Buffer.from(list.flatMap((bytes) => [...bytes]));
    }
    static isBuffer(value) {
      return value instanceof Buffer;
    }
    static byteLength(value, encoding) {
      return typeof value === 'string' ? Buffer.from(value, encoding).length : value.byteLength;
    }
    toString(encoding = 'utf8') {
      switch (String(encoding).toLowerCase()) {
        case 'base64':
          return toBase64(this);
        case 'base64url':
          return toBase64(this).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
        case 'hex':
          return Array.from(this, (byte) => byte.toString(16).padStart(2, '0')).join('');
        case 'latin1':
        case 'binary':
        case 'ascii':
          return Array.from(this, (byte) => String.fromCharCode(byte)).join('');
        default:
          return new TextDecoder().decode(this);
      }
    }
    toJSON() {
      return { type: 'Buffer', data: [...this] };
    }
    equals(other) {
      return this.length === other.length && this.every((byte, at) => byte === other[at]);
    }
  }

  // URLs, read by the host.

  class URLSearchParams {
    #pairs;
    constructor(given = '') {
      if (typeof given === 'string') {
        const decode = (text) => decodeURIComponent(text.replaceAll('+', ' '));
        const parts = given.replace(/^\?/, '').split('&').filter(Boolean);
        this.#pairs = parts.map((part) => [part.split('=')[0], part.split('=').slice(1).join('=')].map(decode));
      } else {
        this.#pairs = (given[Symbol.iterator] ? [...given] : Object.entries(given)).map(([name, value]) => [String(name), String(value)]);
      }
    }
    get(name) {
      return this.#pairs.find(([key]) => key === name)?.[1] ?? null;
    }
    getAll(name) {
      return this.#pairs.filter(([key]) => key === name).map(([, value]) => value);
    }
    has(name) {
      return this.#pairs.some(([key]) => key === name);
    }
    append(name, value) {
      this.#pairs.push([String(name), String(value)]);
    }
    delete(name) {
      this.#pairs = this.#pairs.filter(([key]) => key !== name);
    }
    set(name, value) {
      const at = this.#pairs.findIndex(([key]) => key === name);
      this.#pairs = this.#pairs.filter(([key], index) => key !== name || index === at);
      if (at < 0) this.append(name, value);
      else this.#pairs.find(([key]) => key === name)[1] = String(value);
    }
    *[Symbol.iterator]() {
      yield* this.#pairs;
    }
    toString() {
      const encode = (text) => encodeURIComponent(text).replaceAll('%20', '+');
      return this.#pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
    }
  }

  class URL {
    constructor(given, base) {
      Object.assign(this, parse(ask('url', String(given), base === undefined ? '' : String(base))));
      hidden(this, 'searchParams', new URLSearchParams(this.search));
    }
    static canParse(given, base) {
      try {
        return new URL(given, base) !== undefined;
      } catch {
        return false;
      }
    }
    toString() {
      const query = this.searchParams.toString();
      return query === this.search.replace(/^\?/, '') || [...new URLSearchParams(this.search)].join() === [...this.searchParams].join()
        ? this.href
        : this.href.replace(/\?[^#]*|(?=#|$)/, query ? `?${query}` : '');
    }
    toJSON() {
      return this.toString();
    }
  }

  // What is printed goes to the host.

  function shown(value, depth = 0, above = []) {
    if (typeof value === 'string') return depth === 0 ? value : stringify(value);
    if (typeof value === 'function') return `[Function: ${value.name || '(anonymous)'}]`;
    if (typeof value === 'bigint') return `${value}n`;
    if (value === null || typeof value !== 'object') return String(value);
    if (value instanceof Error) return value.stack ? `${value}\n${value.stack}` : String(value);
    if (above.includes(value)) return '[Circular]';
    if (depth > 4) return Array.isArray(value) ? '[Array]' : '[Object]';
    const inside = (item) => shown(item, depth + 1, [...above, value]);
    if (Array.isArray(value)) return `[ ${value.slice(0, 100).map(inside).join(', ')} ]`.replace('[  ]', '[]');
    const entries = Object.entries(value).map(([key, item]) => `${NAME.test(key) ? key : stringify(key)}: ${inside(item)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }

  function format(...values) {
    const [first, ...rest] = values;
    if (typeof first !== 'string') return values.map((value) => shown(value)).join(' ');
    const text = first.replace(/%[sdifjoO%]/g, (mark) => {
      if (mark === '%%') return '%';
      if (rest.length === 0) return mark;
      const value = rest.shift();
      return mark === '%s' ? String(value) : mark === '%j' ? stringify(value) : /%[dif]/.test(mark) ? String(Number(value)) : shown(value, 1);
    });
    return [text, ...rest.map((value) => shown(value))].join(' ');
  }

  const print = (level) => (...values) => void ask('print', level, format(...values));
  const nothing = () => undefined;
  const console = { log: print('info'), info: print('info'), debug: print('debug'), trace: print('debug'), warn: print('warn'), error: print('warn'), dir: print('info'), table: print('info') };
  for (const name of ['group', 'groupCollapsed', 'groupEnd', 'time', 'timeEnd', 'timeLog', 'count', 'countReset', 'assert', 'clear']) console[name] = nothing;

  const environment = new Proxy(
    {},
    {
      get: (_, name) => {
        if (typeof name === 'symbol') return undefined;
        const answer = ask('env', name);
        return answer[0] === '=' ? answer.slice(1) : undefined;
      },
      has: (_, name) => typeof name === 'string' && ask('env', name)[0] === '=',
      ownKeys: () => parse(ask('names')),
      getOwnPropertyDescriptor: (_, name) => {
        if (typeof name === 'symbol' || !parse(ask('names')).includes(name)) return undefined;
        return { value: ask('env', name).slice(1), enumerable: true, configurable: true, writable: true };
      },
      set: () => {
        throw new Error('a config cannot change the environment');
      },
      deleteProperty: () => {
        throw new Error('a config cannot change the environment');
      },
    },
  );

  const process = {
    env: environment,
    argv: ['node', 'stacktape'],
    execArgv: [],
    pid: 1,
    platform: 'linux',
    arch: 'x64',
    version: 'v20.0.0',
    versions: { node: '20.0.0' },
    cwd: () => ask('cwd'),
    chdir: () => {
      throw new Error('a config cannot change the working directory');
    },
    exit: () => {
      throw new Error('a config cannot end the process: throw an error instead');
    },
    nextTick: (callback, ...args) => Promise.resolve().then(() => callback(...args)),
    hrtime: Object.assign(() => [Math.floor((Date.now() - started) / 1000), ((Date.now() - started) % 1000) * 1e6], { bigint: () => BigInt(Date.now() - started) * 1000000n }),
    uptime: () => (Date.now() - started) / 1000,
    memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0 }),
    on: () => process,
    once: () => process,
    off: () => process,
    emit: () => false,
    emitWarning: (warning) => console.warn(String(warning)),
    stdout: { write: (text) => (console.log(String(text).replace(/\n$/, '')), true), isTTY: false },
    stderr: { write: (text) => (console.warn(String(text).replace(/\n$/, '')), true), isTTY: false },
  };
  const network = () => {
    throw new Error('`fetch` is not available to a config: it is evaluated without network; read what you need from a file of the project');
  };

  const globals = {
    console,
    process,
    Buffer,
    TextEncoder,
    TextDecoder,
    URL,
    URLSearchParams,
    global: globalThis,
    setTimeout: (callback, delay, ...args) => later(callback, delay, args, false),
    setInterval: (callback, delay, ...args) => later(callback, delay, args, true),
    setImmediate: (callback, ...args) => later(callback, 0, args, false),
    clearTimeout: stop,
    clearInterval: stop,
    clearImmediate: stop,
    queueMicrotask: (callback) => void Promise.resolve().then(callback),
    structuredClone: (value) => parse(stringify(value)),
    atob: (text) => fromBase64(text).map((byte) => String.fromCharCode(byte)).join(''),
    btoa: (text) => toBase64([...text].map((character) => character.charCodeAt(0))),
    fetch: network,
    performance: { now: () => Date.now() - started, timeOrigin: started },
    crypto: { randomUUID: random.uuid, getRandomValues: random.fill },
  };
  for (const [name, value] of Object.entries(globals)) hidden(globalThis, name, value);

  // Commands.

  let calls = [];

  const commands = {
    /** Evaluates a config file to what the compiler reads. */
    async evaluate({ file, params }) {
      const { evaluate } = await native.import('stacktape:evaluate.js');
      const evaluated = await evaluate(await native.import(file), params);
      const { config, places, transforms, finalTransform } = evaluated;
      calls = transforms.map(({ call }) => call);
      if (finalTransform) calls.push(finalTransform);
      return { config, places, transforms: transforms.map(({ resource, child }) => [resource, child]), finalTransform: finalTransform !== undefined };
    },

    /** Calls a transform of the config that was evaluated before. */
    transform({ index, argument }) {
      const call = calls[index];
      if (!call) throw new Error(`the config has no transform ${index}`);
      return call(argument);
    },

    /** Calls a custom directive. */
    async directive({ file, name, args }) {
      const namespace = await native.import(file);
      const found = [namespace[name], namespace.default?.[name], namespace.default].find((value) => typeof value === 'function');
      if (!found) throw new Error(`the file exports no function \`${name}\``);
      return await found(...args);
    },
  };

  return {
    async run(text) {
      const command = parse(text);
      const result = await commands[command.do](command);
      return stringify(result) ?? 'null';
    },
    tick,
    /** An error as JSON. */
    explain(error) {
      if (error === null || typeof error !== 'object') return stringify({ message: `${error} was thrown` });
      const { name, message, stack, place, code } = error;
      return stringify({ name: String(name ?? ''), message: String(message ?? error), stack: String(stack ?? ''), place, code });
    },
  };
})
