// What a `stacktape.ts` imports from `stacktape`.

export * from './authoring.js';
export * from './classes.js';
export type { Deferrable, Directive, Intrinsic, Known, Overrides, ResourceReference, StacktapeConfig, StacktapeResource } from './config.js';
/** The types of all parts of a config. */
export * as types from './config.js';
