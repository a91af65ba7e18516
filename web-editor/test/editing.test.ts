// Writing a config in the built page, key by key, the way a person does.
import { expect, test } from 'vitest';
import { browsing, config, settled, template, textOf, write } from './page.ts';

const browser = browsing();
const QUEUE = 'resources:\n  jobs:\n    type: sqs-queue\n';

test('a config is typed key by key: a diagnostic appears and disappears, the template follows', async () => {
  const { page } = await browser.open();
  await settled(page);
  await write(page, '');
  await page.keyboard.type('resources:\njobs:\ntype: sqs-queu', { delay: 15 });
  await page.keyboard.press('Escape');
  await settled(page, 'errors');
  const problem = page.getByRole('region', { name: 'List of problems' }).getByText(/sqs-queu\b/).first();
  await problem.waitFor();
  await expect.poll(() => page.locator('.cm-lintRange-error').count()).toBeGreaterThan(0);

  await page.keyboard.type('e');
  await page.keyboard.press('Escape');
  await settled(page);
  expect(await problem.count()).toBe(0);
  expect(await textOf(page, 'Config')).toBe(QUEUE.trimEnd());
  await expect.poll(() => textOf(page, 'CloudFormation template')).toContain('AWS::SQS::Queue');
});

test('what an edit changed is marked in the template', async () => {
  const { page } = await browser.open();
  await settled(page);
  await write(page, QUEUE);
  await settled(page);
  await page.waitForTimeout(1_700);
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('    properties:\nfifoEnabled: true', { delay: 10 });
  await page.keyboard.press('Escape');
  await settled(page);
  await expect.poll(() => textOf(page, 'CloudFormation template')).toContain('FifoQueue: true');
  await template(page).evaluate((element) => element.parentElement!.scrollTo(0, 1e6));
  await expect.poll(async () => (await page.locator('.cm-added').allTextContents()).join('\n')).toContain('FifoQueue');
  await expect(page.locator('.changed').textContent()).resolves.toMatch(/\+\d+ −\d+ lines changed/);
});

test('the template of the last good state stays while the config has errors', async () => {
  const { page } = await browser.open();
  await settled(page);
  await write(page, QUEUE);
  await settled(page);
  const good = await textOf(page, 'CloudFormation template');
  await write(page, `${QUEUE}  jobs:\n    type: bucket\n`);
  await settled(page, 'errors');
  expect(await textOf(page, 'CloudFormation template')).toBe(good);
  await page.getByText('From the last state without errors.').waitFor();
});

test('a click in the template shows its config, a click in the config its template', async () => {
  const { page } = await browser.open();
  await settled(page);
  await template(page).getByText('AWS::ApiGatewayV2::Api', { exact: false }).first().click();
  const linked = async (name: string) => (await page.getByRole('textbox', { name, exact: true }).locator('.cm-linked').allTextContents()).join('\n');
  await expect.poll(() => linked('Config')).toContain('api:');
  expect(await linked('CloudFormation template')).toContain('ApiApi');

  await config(page).getByText('failedOrders', { exact: false }).first().click();
  await expect.poll(() => linked('CloudFormation template')).toContain('AWS::SQS::Queue');
  expect(await linked('CloudFormation template')).not.toContain('ApiApi');
});

test('JSON and YAML are the same template', async () => {
  const { page } = await browser.open();
  await settled(page);
  const yaml = await textOf(page, 'CloudFormation template');
  await page.getByRole('button', { name: 'JSON', exact: true }).click();
  await expect.poll(() => textOf(page, 'CloudFormation template')).toMatch(/^\{/);
  const json = JSON.parse(await textOf(page, 'CloudFormation template')) as { Resources: Record<string, unknown> };
  for (const id of Object.keys(json.Resources)) expect(yaml).toContain(`\n  ${id}:\n`);
});

test('the facts that are missing are filled in, used and remembered', async () => {
  const { page } = await browser.open();
  await settled(page);
  await page.getByRole('tab', { name: /Facts/ }).click();
  await page.getByLabel('Account id').fill('12');
  await page.getByRole('button', { name: 'Use it' }).click();
  await page.getByText('an account id has twelve digits').waitFor();
  await page.getByLabel('Account id').fill('123456789012');
  await page.getByRole('button', { name: 'Use it' }).click();
  await page.getByText('Nothing is missing for this config.').waitFor();
  await page.reload();
  await settled(page);
  await page.getByText('Nothing is missing for this config.').waitFor();
  await page.getByRole('button', { name: 'Forget' }).click();
  await page.getByLabel('Account id').waitFor();
});

test('the other panes show resources, connections and packaging', async () => {
  const { page } = await browser.open();
  await settled(page);
  await page.getByRole('tab', { name: 'Resources' }).click();
  await page.getByRole('button', { name: /^processOrder \d+$/ }).waitFor();
  await page.getByRole('searchbox').fill('dynamo');
  await page.getByRole('button', { name: /OrdersTable|Orders.*DynamoDB::/ }).first().click();
  await expect.poll(async () => (await page.getByRole('textbox', { name: 'CloudFormation template' }).locator('.cm-linked').allTextContents()).join('\n')).toContain('AWS::DynamoDB::');

  await page.getByRole('tab', { name: 'Graph' }).click();
  await page.getByRole('button', { name: /^placeOrder.*needs .*incoming/ }).waitFor();
  await page.getByRole('tab', { name: 'Packaging' }).click();
  await page.getByText('src/place-order.ts', { exact: true }).waitFor();
});
