// Configs to start from.
import type { SharedState } from '../state/codec.ts';
import shop from '../../../examples/shop/stacktape.yml?raw';
import containers from './containers.yml?raw';
import website from './website.yml?raw';
import minimal from './minimal.yml?raw';
import typescript from './typescript.ts.txt?raw';
import pipeline from './pipeline.json?raw';

export interface Example {
  title: string;
  about: string;
  state: Omit<SharedState, 'facts'>;
}

function example(title: string, about: string, projectName: string, path: string, text: string): Example {
  return { title, about, state: { config: path, files: { [path]: text }, target: { projectName, stage: 'dev', region: 'eu-west-1' } as SharedState['target'] } };
}

export const EXAMPLES: readonly Example[] = [
  example('Online shop', 'An HTTP API, functions, a queue, a table, a bucket', 'shop', 'stacktape.yml', shop),
  example('Containers', 'A web service behind a load balancer, a worker, shared files', 'crew', 'stacktape.yml', containers),
  example('Website', 'A bucket with a CDN, an upload function, a firewall', 'site', 'stacktape.yml', website),
  example('Event pipeline', 'Streams, topics and a state machine, written in JSON', 'events', 'stacktape.json', pipeline),
  example('TypeScript', 'Workers made in a loop, typed and checked', 'work', 'stacktape.ts', typescript),
  example('One function', 'The smallest config that does something', 'hello', 'stacktape.yml', minimal),
];
