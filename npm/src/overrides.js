// Overrides as the config language has them: property paths with their values.

const isPlain = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** An intrinsic function of CloudFormation is a value, not a way to one. */
const isIntrinsic = (value) => {
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0] === 'Condition' || keys[0].startsWith('Fn::'));
};

/** Keys that would mean something else inside a path. */
const isOdd = (key) => /^\d+$|[.[]/.test(key);

const anyOdd = (value) => isPlain(value) && !isIntrinsic(value) && Object.entries(value).some(([key, inner]) => isOdd(key) || anyOdd(inner));

/** `{ lambda: { Environment: { Variables: { A: 1 } } } }` → `{ lambda: { 'Environment.Variables.A': 1 } }`. */
export function flattened(overrides) {
  if (!isPlain(overrides)) return overrides;
  const children = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return Object.fromEntries(children.map(([child, value]) => [child, isPlain(value) ? paths(value) : value]));
}

function paths(properties) {
  const found = {};
  const walk = (value, path) => {
    if (isPlain(value) && !isIntrinsic(value) && Object.keys(value).length > 0) {
      for (const [key, inner] of Object.entries(value)) if (inner !== undefined) walk(inner, `${path}.${key}`);
    } else {
      found[path] = value;
    }
  };
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    // The compiler merges a mapping key by key, which is the same.
    if (anyOdd(value)) found[key] = value;
    else walk(value, key);
  }
  return found;
}
