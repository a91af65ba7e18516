// `node:path`, always with the separators of Linux: a config gives the same on every machine.
export const sep = '/';
export const delimiter = ':';

function check(value, name) {
  if (typeof value !== 'string') throw new TypeError(`The "${name}" argument must be of type string. Received ${value === null ? 'null' : typeof value}`);
}

/** Parts without `.`, with `..` followed as far as that goes. */
function reduced(path, absolute) {
  const parts = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!absolute) parts.push('..');
  }
  return parts.join('/');
}

export function isAbsolute(path) {
  check(path, 'path');
  return path.startsWith('/');
}
export function normalize(path) {
  check(path, 'path');
  if (path === '') return '.';
  const absolute = path.startsWith('/');
  const body = reduced(path, absolute) || (absolute ? '' : '.');
  return (absolute ? '/' : '') + body + (path.endsWith('/') && body !== '' ? '/' : '');
}
export function join(...parts) {
  parts.forEach((part) => check(part, 'path'));
  const joined = parts.filter((part) => part !== '').join('/');
  return joined === '' ? '.' : normalize(joined);
}
export function resolve(...parts) {
  let path = '';
  for (const part of [process.cwd(), ...parts]) {
    check(part, 'paths');
    if (part !== '') path = part.startsWith('/') ? part : `${path}/${part}`;
  }
  return `/${reduced(path, true)}`;
}
export function relative(from, to) {
  const start = resolve(from).split('/').filter(Boolean);
  const end = resolve(to).split('/').filter(Boolean);
  let same = 0;
  while (same < start.length && same < end.length && start[same] === end[same]) same++;
  return [...start.slice(same).map(() => '..'), ...end.slice(same)].join('/');
}
export function dirname(path) {
  check(path, 'path');
  const trimmed = path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
  const end = trimmed.lastIndexOf('/');
  if (end < 0) return '.';
  return end === 0 ? '/' : trimmed.slice(0, end).replace(/\/+$/, '') || '/';
}
export function basename(path, ending) {
  check(path, 'path');
  const name = path.replace(/\/+$/, '').split('/').pop() ?? '';
  return ending && name !== ending && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
}
export function extname(path) {
  const name = basename(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot);
}
export function parse(path) {
  const base = basename(path);
  const ext = extname(path);
  const root = path.startsWith('/') ? '/' : '';
  const dir = path.includes('/') ? dirname(path) : '';
  return { root, dir, base, ext, name: ext ? base.slice(0, -ext.length) : base };
}
export function format({ dir, root, base, name, ext }) {
  const file = base ?? `${name ?? ''}${ext ? (ext.startsWith('.') ? ext : `.${ext}`) : ''}`;
  const folder = dir ?? root ?? '';
  return folder === '' ? file : folder === root ? `${folder}${file}` : `${folder}/${file}`;
}
export const toNamespacedPath = (path) => path;

const path = { sep, delimiter, isAbsolute, normalize, join, resolve, relative, dirname, basename, extname, parse, format, toNamespacedPath };
path.posix = path;
export const posix = path;
export default path;
