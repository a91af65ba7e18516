// Compares in a worker of its own: a template may have a megabyte, and the page must not stop for it. Loaded when the pane is opened first.
import { compare, readTable, type Template } from './compare.ts';
import { parseTemplate } from './parse.ts';
import table from 'virtual:create-only';

const createOnly = readTable(table);

self.onmessage = ({ data }: MessageEvent<{ id: number; deployed: string; made: string }>) => {
  try {
    const result = compare(parseTemplate(data.deployed), JSON.parse(data.made) as Template, createOnly);
    self.postMessage({ id: data.id, result });
  } catch (error) {
    self.postMessage({ id: data.id, problem: (error as Error).message });
  }
};
