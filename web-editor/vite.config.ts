// Builds the page into dist/: relative addresses, so that it can be served from any folder; a service worker that knows every file.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Parts of workers that are loaded when they are first needed: their build emits them as files. */
const LAZY = /^assets\/(lazy\/|compare-worker)/;

/** Writes sw.js with the list of what the first load needs; what is loaded lazily is kept when it is first used. */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const hash = createHash('sha256');
      const eager = new Set<string>();
      const add = (name: string) => {
        const chunk = bundle[name];
        if (eager.has(name) || chunk?.type !== 'chunk') return;
        eager.add(name);
        chunk.imports.forEach(add);
      };
      Object.values(bundle).forEach((chunk) => chunk.type === 'chunk' && chunk.isEntry && add(chunk.fileName));
      const files = Object.values(bundle)
        .filter(({ fileName }) => !fileName.endsWith('.map'))
        .map((file) => ({ fileName: file.fileName, content: file.type === 'asset' ? file.source : file.code, lazy: file.type === 'chunk' ? !eager.has(file.fileName) : LAZY.test(file.fileName) }))
        .sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
      for (const { fileName, content } of files) hash.update(fileName).update(content);
      const list = ['./', './icon.svg', './manifest.webmanifest', ...files.filter(({ fileName, lazy }) => !lazy && fileName !== 'index.html').map(({ fileName }) => `./${fileName}`)];
      const source = readFileSync(new URL('./src/sw.js', import.meta.url), 'utf8')
        .replace('__VERSION__', hash.digest('hex').slice(0, 16))
        .replace("['__FILES__']", JSON.stringify(list));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}

/** The create-only properties of all resource types, from the simulator's table. */
function createOnly(): Plugin {
  const id = 'virtual:create-only';
  return {
    name: 'create-only',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load(source) {
      if (source !== `\0${id}`) return undefined;
      const text = gunzipSync(readFileSync(new URL('../host-cli/simulator/data/resource-types.txt.gz', import.meta.url))).toString();
      const lines = text.split('\n').map((line) => line.split('\t'));
      const kept = lines.filter((columns) => columns[5] || columns[6]).map((columns) => [columns[0], columns[5], columns[6]].join('\t'));
      return `export default ${JSON.stringify(kept.join('\n'))}`;
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [serviceWorker(), createOnly()],
  worker: {
    format: 'es',
    plugins: () => [createOnly()],
    rollupOptions: {
      output: {
        chunkFileNames: 'assets/lazy/[name]-[hash].js',
        assetFileNames: ({ names }) => (names.some((name) => name.startsWith('stacktape_wasm')) ? 'assets/[name]-[hash][extname]' : 'assets/lazy/[name]-[hash][extname]'),
      },
    },
  },
  server: { fs: { allow: ['..'] } },
  build: {
    target: 'es2022',
    // The page is one program; a data: address would be refused by its own policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  // The tests drive one browser each; two at a time would measure each other.
  test: { include: ['test/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false },
} as Parameters<typeof defineConfig>[0]);
