// `stacktape editor`: the page from the binary, the config of a project opened, saved, and not overwritten when somebody else changed it.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browsing, config, settled, textOf } from './page.ts';

const browser = browsing();
const folder = mkdtempSync(join(tmpdir(), 'stacktape-editor-'));
const file = join(folder, 'stacktape.yml');
let command: ChildProcess;
let url = '';

beforeAll(async () => {
  const binary = process.env.STACKTAPE_BIN;
  if (!binary) throw new Error('STACKTAPE_BIN must name a stacktape that was built after the page');
  writeFileSync(file, "resources:\n  jobs:\n    type: sqs-queue\n    properties: $File('queue.json')\n");
  writeFileSync(join(folder, 'queue.json'), '{ "visibilityTimeoutSeconds": 77 }');
  command = spawn(binary, ['editor', '--stage', 'dev', '--region', 'eu-west-1', '--projectName', 'demo', '--awsAccountId', '123456789012'], { cwd: folder });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      url = /http:\/\/127\.0\.0\.1:\d+\/\?token=\w+/.exec(said)?.[0] ?? '';
      if (url) resolve();
    };
    command.stdout!.on('data', hear);
    command.stderr!.on('data', hear);
    command.on('exit', (code) => reject(new Error(`stacktape editor ended with ${code}: ${said}`)));
  });
});
afterAll(() => {
  command?.kill();
  rmSync(folder, { recursive: true, force: true });
});

test('opens the project, saves it, refuses to overwrite', async () => {
  const { page, allow, strangers } = await browser.open({ url });
  // A refusal is an answer with an error status, which browsers put on the console.
  allow.push(/409 \(Conflict\)/);
  await settled(page);
  expect(page.url()).not.toContain('token');
  await expect.poll(() => textOf(page, 'CloudFormation template')).toContain('VisibilityTimeout: 77');
  await page.getByRole('tab', { name: 'Facts' }).click();
  await page.getByText('Nothing is missing for this config.').waitFor();

  await config(page).focus();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.insertText('  news:\n    type: sns-topic\n');
  await settled(page);
  await page.keyboard.press('ControlOrMeta+s');
  await page.getByRole('status').getByText('Saved.').waitFor();
  expect(readFileSync(file, 'utf8')).toContain('news:\n    type: sns-topic\n');

  writeFileSync(file, '# by somebody else\n');
  await config(page).focus();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.insertText('# mine\n');
  await page.keyboard.press('ControlOrMeta+s');
  await page.getByText(/was changed on disk since it was opened/).waitFor();
  expect(readFileSync(file, 'utf8')).toBe('# by somebody else\n');
  await page.getByRole('button', { name: 'Save over it' }).click();
  await expect.poll(() => readFileSync(file, 'utf8')).toContain('# mine');

  await page.reload();
  await settled(page);
  expect(await textOf(page, 'Config')).toContain('# mine');
  expect(strangers).toEqual([]);
});

test('a page elsewhere in the browser reads nothing and writes nothing', async () => {
  const { page, allow, strangers } = await browser.open();
  // The page's policy forbids such a request; a page of somebody else has no such policy.
  await page.goto('about:blank');
  allow.push(/./);
  const before = readFileSync(file, 'utf8');
  const [token] = /\w+$/.exec(url)!;
  const tried = await page.evaluate(
    async ([address, token]) => {
      const headers = { 'x-stacktape-token': token! };
      const say = (promise: Promise<Response>) => promise.then(async (r) => `${r.status} ${await r.text()}`).catch((e: Error) => e.message);
      return [await say(fetch(`${address}/api/project`, { headers })), await say(fetch(`${address}/api/config`, { method: 'PUT', headers, body: '{"text":"x"}' }))];
    },
    [new URL(url).origin, token],
  );
  expect(tried).toEqual(['Failed to fetch', 'Failed to fetch']);
  expect(readFileSync(file, 'utf8')).toBe(before);
  // Both requests were made on purpose.
  expect(strangers.splice(0)).toHaveLength(2);
});

test('without the token there is nothing to see', async () => {
  const { page, allow } = await browser.open({ url: url.replace(/token=.*/, 'token=guessed') });
  allow.push(/401 \(Unauthorized\)/);
  await page.getByText(/has no right to the project any more/).waitFor();
  expect(await page.content()).not.toContain('somebody else');
});

test('Ctrl+C ends it', async () => {
  const ended = new Promise((resolve) => command.removeAllListeners('exit').on('exit', (code) => resolve(code)));
  command.kill('SIGINT');
  expect(await ended).toBe(0);
});
