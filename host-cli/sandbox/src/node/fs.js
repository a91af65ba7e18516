// `node:fs` below the project: reading, and a clear refusal of everything else.
const { ask } = globalThis.__stacktape;

const text = (path) => (path instanceof URL || path?.href ? decodeURIComponent(path.pathname) : String(path));
const request = (operation, path) => {
  try {
    return ask('file', operation, text(path));
  } catch (error) {
    error.path = text(path);
    error.syscall = operation;
    if (error.code === 'ENOENT') error.errno = -2;
    throw error;
  }
};

export function existsSync(path) {
  return request('exists', path) === 'true';
}

export function readFileSync(path, options) {
  const encoding = typeof options === 'string' ? options : options?.encoding;
  if (encoding && /^utf-?8$/i.test(encoding)) return request('text', path);
  const bytes = Buffer.from(request('open', path), 'base64');
  return encoding ? bytes.toString(encoding) : bytes;
}

class Entry {
  constructor(name, kind, parentPath) {
    Object.assign(this, { name, parentPath, path: parentPath });
    Object.defineProperty(this, 'kind', { value: kind });
  }
  isFile() {
    return this.kind === 'file';
  }
  isDirectory() {
    return this.kind === 'folder';
  }
  isSymbolicLink() {
    return this.kind === 'link';
  }
}

export function readdirSync(path, options) {
  const folder = text(path);
  const walk = (below) => {
    const list = JSON.parse(request('scandir', below ? `${folder}/${below}` : folder));
    return list.flatMap(([name, kind]) => {
      const inside = below ? `${below}/${name}` : name;
      const own = options?.withFileTypes ? new Entry(name, kind, below ? `${folder}/${below}` : folder) : inside;
      return options?.recursive && kind === 'folder' ? [own, ...walk(inside)] : [own];
    });
  };
  return walk('');
}

class Stats extends Entry {
  constructor({ kind, size }) {
    super('', kind, '');
    for (const key of ['name', 'parentPath', 'path']) delete this[key];
    // Times differ between machines: every file is as old as the clock of the sandbox.
    Object.assign(this, { size, mode: kind === 'folder' ? 0o40755 : 0o100644, mtimeMs: Date.now(), mtime: new Date(), ctime: new Date(), atime: new Date(), birthtime: new Date() });
  }
}

const state = (operation) => (path, options) => {
  try {
    return new Stats(JSON.parse(request(operation, path)));
  } catch (error) {
    if (options?.throwIfNoEntry === false && error.code === 'ENOENT') return undefined;
    throw error;
  }
};
export const statSync = state('stat');
export const lstatSync = state('lstat');
export const realpathSync = Object.assign((path) => request('realpath', path), { native: (path) => request('realpath', path) });
export function accessSync(path) {
  request('stat', path);
}

const refuse = (name) => () => {
  throw Object.assign(new Error(`\`fs.${name}\` is not available to a config: it reads files of its project and changes nothing`), { code: 'EACCES' });
};
export const writeFileSync = refuse('writeFileSync');
export const appendFileSync = refuse('appendFileSync');
export const mkdirSync = refuse('mkdirSync');
export const mkdtempSync = refuse('mkdtempSync');
export const rmSync = refuse('rmSync');
export const rmdirSync = refuse('rmdirSync');
export const unlinkSync = refuse('unlinkSync');
export const renameSync = refuse('renameSync');
export const copyFileSync = refuse('copyFileSync');
export const cpSync = refuse('cpSync');
export const symlinkSync = refuse('symlinkSync');
export const linkSync = refuse('linkSync');
export const chmodSync = refuse('chmodSync');
export const openSync = refuse('openSync');
export const createReadStream = refuse('createReadStream');
export const createWriteStream = refuse('createWriteStream');
export const watch = refuse('watch');

const later = (call) => async (...args) => call(...args);
export const promises = {
  readFile: later(readFileSync),
  readdir: later(readdirSync),
  stat: later(statSync),
  lstat: later(lstatSync),
  realpath: later(realpathSync),
  access: later(accessSync),
  writeFile: later(refuse('promises.writeFile')),
  appendFile: later(refuse('promises.appendFile')),
  mkdir: later(refuse('promises.mkdir')),
  rm: later(refuse('promises.rm')),
  unlink: later(refuse('promises.unlink')),
  rename: later(refuse('promises.rename')),
  copyFile: later(refuse('promises.copyFile')),
};

const called = (call) => (...args) => {
  const callback = args.pop();
  call(...args).then((result) => callback(null, result), callback);
};
export const readFile = called(promises.readFile);
export const readdir = called(promises.readdir);
export const stat = called(promises.stat);
export const lstat = called(promises.lstat);
export const realpath = called(promises.realpath);
export const access = called(promises.access);
export const writeFile = called(promises.writeFile);
export const constants = { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 };

export default {
  existsSync, readFileSync, readdirSync, statSync, lstatSync, realpathSync, accessSync, writeFileSync, appendFileSync, mkdirSync, mkdtempSync, rmSync, rmdirSync,
  unlinkSync, renameSync, copyFileSync, cpSync, symlinkSync, linkSync, chmodSync, openSync, createReadStream, createWriteStream, watch, promises, readFile, readdir,
  stat, lstat, realpath, access, writeFile, constants,
};
