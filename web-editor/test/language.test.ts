// What the compiler's language services do in the page: completion, quick fix, definition, rename, outline, formatting, palette, form.
import { expect, test } from 'vitest';
import { browsing, config, settled, textOf, write } from './page.ts';

const browser = browsing();
const QUEUE = 'resources:\n  jobs:\n    type: sqs-queue\n';

test('a property is completed', async () => {
  const { page } = await browser.open();
  await settled(page);
  await write(page, `${QUEUE}    properties:\n      `);
  await page.keyboard.type('fifoE', { delay: 60 });
  await page.getByRole('option', { name: /fifoEnabled/ }).waitFor();
  await page.waitForTimeout(200);
  await page.keyboard.press('Enter');
  expect(await textOf(page, 'Config')).toMatch(/properties:\n {6}fifoEnabled:/);
});

test('a resource type and a resource name are completed', async () => {
  const { page } = await browser.open();
  await settled(page);
  await write(page, 'resources:\n  jobs:\n    type: ');
  await page.keyboard.type('sqs', { delay: 60 });
  await page.getByRole('option', { name: /sqs-queue/ }).waitFor();
  await page.waitForTimeout(200);
  await page.keyboard.press('Enter');
  await expect.poll(() => textOf(page, 'Config')).toContain('type: sqs-queue');
});

test('a mistake is fixed with one click', async () => {
  const { page } = await browser.open();
  await settled(page);
  await write(page, QUEUE.replace('sqs-queue', 'sqs-queu'));
  await settled(page, 'errors');
  await page.waitForTimeout(600);
  await page.locator('.cm-lintRange-error').first().hover();
  await page.locator('.cm-diagnosticAction').first().click();
  await settled(page);
  expect(await textOf(page, 'Config')).toContain('type: sqs-queue\n');
});

test('definition, rename and hover', async () => {
  const { page } = await browser.open();
  await settled(page);
  await page.waitForTimeout(400);
  await config(page).getByText('failedOrders').last().click();
  await page.keyboard.press('F12');
  await expect.poll(() => page.locator('.cm-activeLine').first().textContent()).toBe('  failedOrders:');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('F2');
  await page.getByLabel('New name').fill('brokenOrders');
  await page.keyboard.press('Enter');
  await expect.poll(() => textOf(page, 'Config')).not.toContain('failedOrders');
  expect((await textOf(page, 'Config')).match(/brokenOrders/g)).toHaveLength(2);
  await settled(page);
  await config(page).getByText('visibilityTimeoutSeconds').hover();
  await page.locator('.cm-tooltip-hover .docs').waitFor();
});

test('the outline leads to a resource, the palette adds one, the form changes it; comments stay', async () => {
  const { page } = await browser.open();
  await settled(page);
  await write(page, `# mine\n${QUEUE}    # keep me\n`);
  await settled(page);
  await page.getByRole('navigation', { name: 'Outline' }).getByRole('button', { name: /^jobs/ }).click();
  await expect.poll(() => page.locator('.cm-activeLine').first().textContent()).toBe('  jobs:');

  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox', { name: 'Resource type' }).fill('sns-topic');
  await page.keyboard.press('Enter');
  await expect.poll(() => textOf(page, 'Config')).toContain('type: sns-topic');
  expect(await textOf(page, 'Config')).toContain('# keep me');
  await settled(page);

  await page.getByRole('navigation', { name: 'Outline' }).getByRole('button', { name: /^jobs/ }).click();
  await page.getByRole('button', { name: 'Form', exact: true }).click();
  await page.getByRole('button', { name: /Add …|Open/ }).first().click();
  const timeout = page.getByLabel(/^visibilityTimeoutSeconds/);
  await timeout.fill('45');
  await timeout.press('Enter');
  await expect.poll(() => textOf(page, 'Config')).toMatch(/visibilityTimeoutSeconds: 45/);
  expect(await textOf(page, 'Config')).toContain('# mine');
  await settled(page);
  await expect.poll(() => textOf(page, 'CloudFormation template')).toContain('VisibilityTimeout: 45');
});

test('permissions name the line that asked for them, and the link leads there', async () => {
  const { page } = await browser.open();
  await settled(page);
  await page.getByRole('tab', { name: 'Permissions' }).click();
  await page.getByRole('searchbox').fill('dynamodb:PutItem');
  const link = page.getByRole('button', { name: /listOrders, line \d+/ });
  const line = Number(/line (\d+)/.exec((await link.textContent())!)![1]);
  await link.click();
  await expect.poll(() => page.locator('.cm-activeLine').first().textContent()).toBe((await textOf(page, 'Config')).split('\n')[line - 1]);
});

test('a pasted template is compared', async () => {
  const { page } = await browser.open();
  await settled(page);
  await write(page, QUEUE);
  await settled(page);
  const deployed = (await textOf(page, 'CloudFormation template')).replace('QueueName: shop-dev-jobs', 'QueueName: other').replace('JobsQueue:', 'JobsQueue:').replace(/\nResources:\n/, '\nResources:\n  Gone:\n    Type: AWS::SNS::Topic\n');
  await page.getByRole('tab', { name: 'Compare' }).click();
  await page.getByLabel('Deployed template, JSON or YAML').fill(deployed);
  const result = page.getByRole('region', { name: 'Comparison' });
  await result.getByText('1 replace').waitFor();
  await result.getByText('1 delete').waitFor();
  await result.getByText(/QueueName cannot change in place/).waitFor();
  await page.getByLabel('Deployed template, JSON or YAML').fill('Resources: [');
  await page.getByText(/not valid YAML/).waitFor();
});
