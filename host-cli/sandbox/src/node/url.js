// `node:url`.
import path from 'node:path';

export const { URL, URLSearchParams } = globalThis;
export function fileURLToPath(url) {
  const { protocol, pathname } = typeof url === 'string' ? new URL(url) : url;
  if (protocol !== 'file:') throw Object.assign(new TypeError('The URL must be of scheme file'), { code: 'ERR_INVALID_URL_SCHEME' });
  return decodeURIComponent(pathname);
}
export function pathToFileURL(file) {
  return new URL(`file://${encodeURI(path.resolve(file)).replace(/[?#]/g, encodeURIComponent)}`);
}
export const parse = (text) => new URL(text);
export const format = (url) => String(url?.href ?? url);
export const resolve = (from, to) => new URL(to, from).href;
export default { URL, URLSearchParams, fileURLToPath, pathToFileURL, parse, format, resolve };
