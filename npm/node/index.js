// What `stacktape` is in Node: the library that configs are written with, and the compiler.

export * from '../src/index.js';
export { compile, convert, loadConfig, validate } from './compile.js';
