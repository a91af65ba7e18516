// What goes wrong: a hung worker, a broken one, a page that died, no network, a damaged link.
import { expect, test } from 'vitest';
import { encode } from '../src/state/codec.ts';
import { browsing, config, settled, textOf, write } from './page.ts';

const browser = browsing();
const QUEUE = 'resources:\n  jobs:\n    type: sqs-queue\n';
const target = { projectName: 'linked', stage: 'prod', region: 'us-east-2' } as Parameters<typeof encode>[0]['target'];

test('a hung compiler is replaced and the text is kept', async () => {
  const { page } = await browser.open();
  await settled(page);
  const [worker] = page.workers();
  // Never answers: this is the point.
  void worker!.evaluate('for (;;);').catch(() => undefined);
  await page.waitForTimeout(200);
  await write(page, QUEUE);
  await page.getByText(/The compiler was restarted/).waitFor({ timeout: 20_000 });
  await settled(page);
  expect(await textOf(page, 'Config')).toBe(QUEUE);
  await expect.poll(() => textOf(page, 'CloudFormation template')).toContain('AWS::SQS::Queue');
  await config(page).focus();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('  more:\ntype: sns-topic', { delay: 10 });
  await expect.poll(() => textOf(page, 'CloudFormation template')).toContain('AWS::SNS::Topic');
});

test('a broken compiler is replaced; a text that breaks it again and again is left alone until it changes', async () => {
  const { page } = await browser.open();
  await settled(page);
  // From now on every worker breaks as an instance does that ran out of its memory.
  const sabotage = `{ const { encodeInto } = TextEncoder.prototype; TextEncoder.prototype.encodeInto = function (text, view) {
    if (text.includes('✗')) throw new WebAssembly.RuntimeError('unreachable'); return encodeInto.call(this, text, view); }; }`;
  await page.workers()[0]!.evaluate(sabotage);
  page.on('worker', (worker) => void worker.evaluate(sabotage).catch(() => undefined));
  await write(page, `# sabotage ✗\n${QUEUE}`);
  await page.getByText(/The compiler (was restarted|stopped twice)/).first().waitFor({ timeout: 20_000 });
  await page.locator('.status[data-status=stopped], .status[data-status=good]').waitFor();
  expect(await textOf(page, 'Config')).toBe(`# sabotage ✗\n${QUEUE}`);
  await write(page, QUEUE);
  await settled(page);
  await expect.poll(() => textOf(page, 'CloudFormation template')).toContain('AWS::SQS::Queue');
});

test('after a crash the page starts without compiling', async () => {
  const { page, url } = await browser.open();
  await settled(page);
  // What a page leaves behind that died while it compiled.
  await page.addInitScript(() => location.protocol !== 'about:' && localStorage.setItem('stacktape-editor.compiling', '"2026-01-01"'));
  await page.goto('about:blank');
  await page.goto(url);
  await page.getByText(/The last time this config was compiled the page did not come back/).waitFor();
  expect(await textOf(page, 'Config')).toContain('A small shop');
  await page.getByRole('button', { name: 'Compile now' }).click();
  await settled(page);
});

test('a link opens what was shared; the own work is one click away', async () => {
  const { page, url, context } = await browser.open({ clipboard: true });
  await settled(page);
  await write(page, `# mine\n${QUEUE}`);
  await page.getByLabel('Stage').fill('test');
  await settled(page);
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('button', { name: 'Copy the link' }).click();
  await page.getByText('The link is in the clipboard.').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link.startsWith(`${url}#v1.`)).toBe(true);
  expect(link).not.toContain('123456789012');

  const other = await context.newPage();
  await other.goto(link);
  await settled(other);
  expect(await textOf(other, 'Config')).toBe(`# mine\n${QUEUE}`);
  await expect(other.getByLabel('Stage').inputValue()).resolves.toBe('test');

  await page.waitForTimeout(800);
  await page.goto('about:blank');
  await page.goto(`${url}#${await encode({ config: 'stacktape.json', files: { 'stacktape.json': '{"resources":{"theirs":{"type":"bucket"}}}' }, target })}`);
  await settled(page);
  expect(await textOf(page, 'Config')).toContain('theirs');
  await page.getByRole('button', { name: 'Back to mine' }).click();
  await expect.poll(() => textOf(page, 'Config')).toContain('# mine');
});

test('a damaged link says so and shows the own config', async () => {
  const { page } = await browser.open({ fragment: 'v1.AAAA' });
  await page.getByText(/This link is damaged/).waitFor();
  await settled(page);
});

test('what is written is there after a reload', async () => {
  const { page } = await browser.open();
  await settled(page);
  await write(page, QUEUE);
  await page.reload();
  await settled(page);
  expect(await textOf(page, 'Config')).toBe(QUEUE);
  await page.waitForTimeout(700);
  await page.goto(browser.url());
  await settled(page);
  expect(await textOf(page, 'Config')).toBe(QUEUE);
});

test('without a network the page opens and compiles', async () => {
  const { page, allow } = await browser.open();
  await settled(page);
  await page.getByText('Works offline').waitFor();
  await browser.cutOff();
  // The browser reports that the page itself was asked for in vain.
  allow.push(/ERR_CONNECTION_REFUSED/);
  await page.reload();
  await settled(page);
  await write(page, QUEUE);
  await expect.poll(() => textOf(page, 'CloudFormation template')).toContain('AWS::SQS::Queue');
});
