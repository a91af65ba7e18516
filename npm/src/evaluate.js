// From what a config module exports to what the compiler reads: plain values in which every name and reference is put in, the places of the constructs,
// and the transforms as callbacks. Hosts call this (the command line's sandbox, the Node API, the editor's worker); authors do not.

import { ConfigError, STATE, TOKEN, isResource } from './construct.js';
import { joined } from './directives.js';
import { flattened } from './overrides.js';

/** Values nested deeper than this are a mistake: the compiler refuses them too. */
const MAX_DEPTH = 100;

/** Where `environment` may be an object of names and values instead of a list. */
const ENVIRONMENT = /^\/(resources|scripts)\/[^/]+\/properties\/(container\/|(containers|sideContainers)\/\d+\/)?environment$/;

/** Evaluates a config module: its namespace object, and what the config's function is called with. */
export async function evaluate(namespace, params) {
  const exported = exportOf(namespace);
  const given = await (typeof exported === 'function' ? exported(params) : exported);
  if (given === null || typeof given !== 'object' || Array.isArray(given)) {
    throw new ConfigError(`the config must be an object with \`resources\`, not ${kindOf(given)}`);
  }
  const { finalTransform, ...sections } = given;
  const walker = new Walker(namesOf(sections.resources));
  walker.at('', exported);
  const config = walker.object(sections, '', 0);
  const evaluated = { config, places: walker.places, transforms: walker.transforms };
  if (finalTransform !== undefined) evaluated.finalTransform = walker.callback(finalTransform, 'finalTransform');
  return evaluated;
}

/** What the module exports: a function (of `defineConfig`, plain, or `getConfig`), or the config itself. */
function exportOf(namespace) {
  let found = namespace?.default ?? namespace?.getConfig;
  // A CommonJS module that was compiled from an ES module.
  if (found && typeof found === 'object' && !found.resources) found = found.default ?? found.getConfig ?? found;
  if (found === undefined) {
    throw new ConfigError('the config exports nothing: write `export default defineConfig(() => ({ resources: { … } }))`');
  }
  return found;
}

/** The names of the resources by the number in their tokens. */
function namesOf(resources) {
  const names = new Map();
  for (const [name, resource] of Object.entries(resources ?? {})) {
    if (!isResource(resource)) continue;
    const state = resource[STATE];
    if (names.has(state.number)) {
      throw new ConfigError(`\`${names.get(state.number)}\` and \`${name}\` are the same ${state.class}: make one for each name`, state.place);
    }
    if (state.name !== undefined && state.name !== name) {
      throw new ConfigError(`the ${state.class} under \`${name}\` was made with the name \`${state.name}\`: use one name`, state.place);
    }
    names.set(state.number, name);
  }
  return names;
}

const kindOf = (value) => (value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a value of type ${typeof value}`);

const step = (key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1');

/** Makes plain values. */
class Walker {
  constructor(names) {
    this.names = names;
    this.places = [];
    this.transforms = [];
    this.above = new Set();
  }

  /** Notes where a construct was made. */
  at(pointer, construct) {
    const place = construct[STATE]?.place;
    if (place) this.places.push([pointer, place.file, place.line, place.column]);
  }

  /** A value at a JSON pointer. */
  value(value, pointer, depth) {
    switch (typeof value) {
      case 'string':
        return this.text(value, pointer);
      case 'boolean':
        return value;
      case 'number':
        if (Number.isFinite(value)) return value;
        break;
      case 'object':
        return value === null ? null : this.object(value, pointer, depth);
    }
    throw new ConfigError(`${pointer || 'the config'} is ${typeof value === 'number' ? value : kindOf(value)}; a config holds texts, numbers, booleans, lists and objects`);
  }

  object(value, pointer, depth) {
    if (this.above.has(value)) throw new ConfigError(`${pointer} contains itself`);
    if (depth > MAX_DEPTH) throw new ConfigError(`${pointer} is nested more than ${MAX_DEPTH} deep`);
    this.above.add(value);
    try {
      return this.inner(value, pointer, depth);
    } finally {
      this.above.delete(value);
    }
  }

  inner(value, pointer, depth) {
    const declared = /^\/resources\/[^/]+$/.test(pointer);
    if (isResource(value) && !declared) return this.name(value[STATE].number, value[STATE].class, pointer, value[STATE]);
    this.at(pointer, value);
    if (declared) return this.resource(value, pointer, depth);
    if (typeof value.toJSON === 'function') return this.value(value.toJSON(), pointer, depth + 1);
    if (Array.isArray(value)) return value.map((item, index) => this.value(item ?? null, `${pointer}/${index}`, depth + 1));
    if (ENVIRONMENT.test(pointer)) return this.environment(value, pointer, depth);
    return this.entries(Object.entries(value), pointer, depth);
  }

  entries(entries, pointer, depth) {
    const made = {};
    for (const [key, value] of entries) {
      if (value === undefined) continue;
      const name = this.text(key, pointer);
      // `__proto__` as a key is a key like any other.
      Object.defineProperty(made, name, { value: this.value(value, `${pointer}/${step(name)}`, depth + 1), enumerable: true, writable: true, configurable: true });
    }
    return made;
  }

  /** A resource: its transforms are taken out, and the overrides of a class become dotted paths. */
  resource(value, pointer, depth) {
    if (!isResource(value)) {
      const { transforms, ...rest } = value;
      this.transform(transforms, pointer);
      return this.entries(Object.entries(rest), pointer, depth);
    }
    const { overrides, transforms } = value[STATE];
    this.transform(transforms, pointer);
    const entries = Object.entries({ type: value.type, properties: value.properties });
    if (overrides !== undefined) entries.push(['overrides', flattened(overrides)]);
    return this.entries(entries, pointer, depth);
  }

  transform(transforms, pointer) {
    const resource = pointer.slice('/resources/'.length).replaceAll('~1', '/').replaceAll('~0', '~');
    for (const [child, call] of Object.entries(transforms ?? {})) {
      if (call === undefined) continue;
      this.transforms.push({ resource, child, call: this.callback(call, `the transform of ${resource}.${child}`) });
    }
  }

  /** A transform as the compiler calls it: plain value in, plain value out. */
  callback(call, what) {
    if (typeof call !== 'function') throw new ConfigError(`${what} must be a function, not ${kindOf(call)}`);
    return (argument) => {
      const result = call(argument);
      if (typeof result?.then === 'function') throw new ConfigError(`${what} returned a promise: it must return its result at once`);
      if (result === null || typeof result !== 'object' || Array.isArray(result)) {
        throw new ConfigError(`${what} must return an object, not ${result === undefined ? 'nothing' : kindOf(result)}`);
      }
      return this.value(result, '', 0);
    };
  }

  /** `{NAME: value}` as the list that the config language has. */
  environment(value, pointer, depth) {
    const entries = Object.entries(value).filter(([, value]) => value !== undefined);
    return entries.map(([name, value], index) => ({ name: this.text(name, pointer), value: this.value(value, `${pointer}/${index}/value`, depth + 1) }));
  }

  /** A text with its names and references put in. */
  text(value, pointer) {
    if (!value.includes('\uE000')) return value;
    return joined(value).replace(TOKEN, (_, number, kind) => this.name(Number(number), kind, pointer));
  }

  name(number, kind, pointer, state) {
    const name = this.names.get(number) ?? state?.name;
    if (name !== undefined) return name;
    throw new ConfigError(`${pointer} refers to a ${kind} that is not among the \`resources\` of the config: add it there under a name`, state?.place);
  }
}
