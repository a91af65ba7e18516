// `node:fs/promises`.
import { promises } from 'node:fs';

export const { readFile, readdir, stat, lstat, realpath, access, writeFile, appendFile, mkdir, rm, unlink, rename, copyFile } = promises;
export default promises;
