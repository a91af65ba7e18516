// TypeScript configs in the page: evaluated in the sandbox, with places, transforms, bounds, and no way out.
import { expect, test } from 'vitest';
import type { SharedState } from '../src/state/codec.ts';
import { encode } from '../src/state/codec.ts';
import { Origins } from '../src/typescript/origins.ts';
import { browsing, settled, textOf, write } from './page.ts';

const browser = browsing();
const open = async (text: string, more: Record<string, string> = {}) => {
  const target = { projectName: 'demo', stage: 'dev', region: 'eu-west-1' } as SharedState['target'];
  return browser.open({ fragment: await encode({ config: 'stacktape.ts', files: { 'stacktape.ts': text, ...more }, target }) });
};
const QUEUE = `import { SqsQueue, defineConfig } from 'stacktape';
import { seconds } from './settings';
export default defineConfig(({ stage }) => {
  const jobs: SqsQueue = new SqsQueue({ visibilityTimeoutSeconds: seconds });
  return { resources: { jobs } };
});
`;
const SETTINGS = 'export const seconds: number = 33;\n';

test('a program with types and a second file becomes a template; a click leads to the constructor', async () => {
  const { page } = await open(QUEUE, { 'settings.ts': SETTINGS });
  await settled(page);
  await expect.poll(() => textOf(page, 'CloudFormation template')).toContain('VisibilityTimeout: 33');
  await page.getByRole('textbox', { name: 'CloudFormation template' }).getByText('AWS::SQS::Queue').click();
  await expect.poll(async () => (await page.getByRole('textbox', { name: 'Config', exact: true }).locator('.cm-linked').allTextContents()).join()).toContain('new SqsQueue');
});

test('a construct of several lines stands where it begins, whatever is called inside it', async () => {
  const { page } = await open(`import { SqsQueue, defineConfig } from 'stacktape';
const big = (): number => 999999;
export default defineConfig(() => {
  const jobs: SqsQueue = new SqsQueue({
    fifoEnabled: false,
    visibilityTimeoutSeconds: big(),
  });
  return { resources: { jobs } };
});
`);
  await settled(page, 'errors');
  await page.getByRole('region', { name: 'List of problems' }).getByText(/^6:31 /).first().waitFor();
});

test('transforms run', async () => {
  const { page } = await open(`import { SqsQueue, defineConfig } from 'stacktape';
export default defineConfig(() => ({
  resources: { jobs: new SqsQueue({}) },
  finalTransform: (template: any) => ({ ...template, Description: 'made by hand' }),
}));
`);
  await settled(page);
  await expect.poll(() => textOf(page, 'CloudFormation template')).toContain('made by hand');
});

test('mistakes are diagnostics at their place: thrown errors, syntax, imports, endless loops, ways out', async () => {
  const { page } = await open(QUEUE, { 'settings.ts': SETTINGS });
  await settled(page);
  const fails = async (text: string, message: RegExp, place?: string) => {
    await write(page, text);
    await settled(page, 'errors');
    const list = page.getByRole('region', { name: 'List of problems' });
    await list.getByText(message).first().waitFor();
    if (place) await list.getByText(new RegExp(`^${place} `)).first().waitFor();
  };
  await fails("export default () => {\n  throw new Error('no luck');\n};\n", /no luck/, '2:9');
  await fails('export default {', /Unexpected token/);
  await fails("import x from 'left-pad';\nexport default x;\n", /cannot be imported here: the editor has/);
  await fails("import x from './nowhere';\nexport default x;\n", /is not among the files/);
  await fails('export default () => { for (;;); };\n', /longer than 2 seconds/);
  await fails("export default async () => { await fetch('https://example.com'); return { resources: {} }; };\n", /fetch is not defined|'fetch' is not defined/);
  await write(page, QUEUE);
  await settled(page);
});

test('columns are found again on lines that lost types', () => {
  const before = 'const a: Queue = new Queue({}), b: Queue = new Queue({});';
  const after = 'const a = new Queue({}), b = new Queue({});';
  const origins = new Origins({ 'a.ts': before });
  origins.add('a.ts', after);
  for (const nth of [0, 1]) {
    const at = (text: string) => [...text.matchAll(/new /g)][nth]!.index + 1;
    expect(origins.original('a.ts', 1, at(after) + 'new '.length)).toEqual({ file: 'a.ts', line: 1, column: at(before) });
  }
});
