declare module 'virtual:create-only' {
  /** Lines of type, create-only and conditionally create-only properties, separated by tabs. */
  const table: string;
  export default table;
}
