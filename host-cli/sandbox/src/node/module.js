// `node:module`: `require` for ES modules.
export function createRequire(from) {
  const path = String(from?.href ?? from).replace(/^file:\/\//, '');
  return globalThis.__stacktape.requireFrom(decodeURIComponent(path));
}
export const builtinModules = ['assert', 'buffer', 'crypto', 'events', 'fs', 'fs/promises', 'module', 'os', 'path', 'process', 'timers', 'url', 'util'];
export const isBuiltin = (name) => builtinModules.includes(String(name).replace(/^node:/, ''));
export default { createRequire, builtinModules, isBuiltin };
