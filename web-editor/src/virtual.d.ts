declare module 'virtual:create-only' {
  /** Lines of type, create-only and conditionally create-only properties, separated by tabs. */
  const table: string;
  export default table;
}

// Sucrase declares the types of its entry only.
declare module 'sucrase/dist/esm/parser/index.js' {
  export function parse(input: string, jsx: boolean, typescript: boolean, flow: boolean): { tokens: { type: number; start: number; end: number }[] };
}
declare module 'sucrase/dist/esm/parser/tokenizer/types.js' {
  export const TokenType: { readonly _new: number; readonly dot: number; readonly comma: number; readonly parenL: number; readonly parenR: number };
}
