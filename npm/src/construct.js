// What every class of a config is made of: resources, whose names are known late; and parts that hold a type and properties.
//
// A resource learns its name when the config is returned, from its key under `resources`. Until then a token stands for the name, a plain text, so
// that references work wherever a text does: in template strings, in concatenations, in `JSON.stringify`. `evaluate` puts the names in.
//
// Everything is marked with symbols of the global registry and nothing depends on the identity of a class, so that constructs of two copies of this
// library (ES module and CommonJS) are understood by either.

/** The state of a construct, hidden from the author's own view of its properties. */
export const STATE = Symbol.for('stacktape.construct');
const COUNTER = Symbol.for('stacktape.counter');

/** A token: the number and the class of a resource whose name is not known yet. The delimiters are characters that no text has a use for. */
export const TOKEN = /\uE000(\d+):([^\uE001]*)\uE001/g;

/** A mistake of the author in how a config is put together. */
export class ConfigError extends Error {
  /**
   * @param {string} message what is wrong, and what to do about it
   * @param {{file: string, line: number, column: number}} [place] where, when that is known better than the stack knows it
   */
  constructor(message, place) {
    super(message);
    this.name = 'ConfigError';
    if (place) this.place = place;
  }
}

/** Whether a value is a resource of any copy of this library. */
export const isResource = (value) => value?.[STATE]?.token !== undefined;

/** Where the author called the constructor `made`, or nothing where the engine does not tell. */
export function callSite(made) {
  const holder = {};
  const limit = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = 4;
    if (Error.captureStackTrace) Error.captureStackTrace(holder, made);
    const lines = String(holder.stack ?? '').split('\n');
    for (const line of lines) {
      const match = FRAME.exec(line);
      if (match) return { file: match[1], line: Number(match[2]), column: Number(match[3]) };
    }
  } finally {
    Error.stackTraceLimit = limit;
  }
  return undefined;
}

/** A line of a stack: `at name (file:line:column)` or `at file:line:column`. */
const FRAME = /^\s*at (?:.*?\((?=.*:\d+:\d+\)$)|(?:async )?)(.+?):(\d+):(\d+)\)?$/;

/** A resource: a key under `resources`. */
export class Resource {
  constructor(type, args, made) {
    const named = typeof args[0] === 'string';
    const given = named ? args[1] : args[0];
    const place = callSite(made);
    if (given !== undefined && (given === null || typeof given !== 'object' || Array.isArray(given))) {
      throw new ConfigError(`new ${made.name}(…) takes its properties as an object`, place);
    }
    const { overrides, transforms, ...properties } = given ?? {};
    const number = (globalThis[COUNTER] = (globalThis[COUNTER] ?? 0) + 1);
    const state = { name: named ? args[0] : undefined, number, token: `\uE000${number}:${made.name}\uE001`, class: made.name, place, overrides, transforms };
    Object.defineProperty(this, STATE, { value: state });
    this.type = type;
    this.properties = given === undefined ? undefined : properties;
  }

  /** The name of the resource: its key under `resources`. May be used before it is known. */
  get resourceName() {
    return this[STATE].name ?? this[STATE].token;
  }

  toString() {
    return this.resourceName;
  }

  toJSON() {
    return this.resourceName;
  }
}

/** What reads a parameter of a resource at deploy time. */
const parameter = (resource, name) => `$ResourceParam('${resource.resourceName}', '${name}')`;

/**
 * The class of a resource type.
 * @param {string} name of the class
 * @param {string} type in the config
 * @param {string[]} parameters that others can read; `port#` stands for `port` with any number
 */
export function resourceClass(name, type, parameters) {
  const made = class extends Resource {
    constructor(...args) {
      super(type, args, new.target);
    }
  };
  Object.defineProperty(made, 'name', { value: name });
  for (const parameterName of parameters.filter((text) => !text.includes('#'))) {
    Object.defineProperty(made.prototype, parameterName, {
      get() {
        return parameter(this, parameterName);
      },
    });
  }
  const numbered = parameters.filter((text) => text.includes('#')).map((text) => new RegExp(`^${text.replace('#', '\\d+')}$`));
  if (numbered.length > 0) {
    const get = (target, key, resource) =>
      typeof key === 'string' && numbered.some((pattern) => pattern.test(key)) ? parameter(resource, key) : Reflect.get(target, key, resource);
    Object.setPrototypeOf(made.prototype, new Proxy(Resource.prototype, { get }));
  }
  return made;
}

/**
 * The class of a part that is written as a type and its properties.
 * @param {string} name of the class
 * @param {string} type in the config
 */
export function partClass(name, type) {
  const made = class {
    constructor(properties) {
      Object.defineProperty(this, STATE, { value: { place: callSite(new.target) } });
      this.type = type;
      if (properties !== undefined) this.properties = properties;
    }
  };
  Object.defineProperty(made, 'name', { value: name });
  return made;
}

/** An alarm of a resource. */
export class Alarm {
  constructor(alarm) {
    Object.defineProperty(this, STATE, { value: { place: callSite(new.target) } });
    Object.assign(this, alarm);
  }
}
