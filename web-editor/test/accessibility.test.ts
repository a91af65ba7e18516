// The page is usable with a screen reader and with the keyboard alone, in both themes and on small screens.
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browsing, config, settled, textOf, write } from './page.ts';

const browser = browsing();
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

async function check(page: Page, where: string): Promise<void> {
  // The page's policy forbids foreign scripts; the checker comes in through the debugger.
  await page.evaluate((await import('node:fs')).readFileSync(axe, 'utf8'));
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(context: unknown, options: unknown): Promise<{ violations: { id: string; help: string; nodes: { target: unknown; failureSummary: string }[] }[] }> } };
    const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.slice(0, 4).map((n) => `  ${JSON.stringify(n.target)} ${n.failureSummary.replaceAll('\n', ' ')}`).join('\n')}`);
  });
  expect(violations.join('\n'), where).toBe('');
}

for (const dark of [false, true]) {
  test(`axe finds nothing in the ${dark ? 'dark' : 'light'} theme`, async () => {
    const { page } = await browser.open({ dark });
    await settled(page);
    await page.waitForTimeout(800);
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await page.waitForTimeout(250);
      await check(page, `tab ${await tab.textContent()}`);
    }
    await write(page, 'resources:\n  jobs:\n    type: sqs-queu\n  wall: { type: web-app-firewall }\n');
    await settled(page, 'errors');
    await page.waitForTimeout(400);
    await check(page, 'with problems');
    await page.getByRole('button', { name: 'Share' }).click();
    await check(page, 'share');
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('combobox', { name: 'Resource type' }).waitFor();
    await page.waitForTimeout(300);
    await check(page, 'palette');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await check(page, 'shortcuts');
  });
}

test('axe finds nothing on a small screen; every part can be reached and nothing is wider than the screen', async () => {
  const { page } = await browser.open({ width: 390, height: 800 });
  await settled(page);
  for (const part of ['Outline', 'Config', 'Preview']) {
    await page.getByRole('navigation', { name: 'Parts of the page' }).getByRole('button', { name: part }).click();
    await page.waitForTimeout(300);
    await check(page, part);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  }
});

test('the keyboard alone is enough', async () => {
  const { page } = await browser.open();
  await settled(page);
  await page.keyboard.press('Alt+3');
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('tab-template');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('tab-resources');
  await page.keyboard.press('Home');
  await page.keyboard.press('Alt+2');
  expect(await config(page).evaluate((element) => element === (element.getRootNode() as ShadowRoot).activeElement)).toBe(true);
  await page.keyboard.press('ControlOrMeta+End');
  // Tab indents; after Escape it leaves the text.
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await textOf(page, 'Config')).toMatch(/\n +$/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  expect(await config(page).evaluate((element) => element === (element.getRootNode() as ShadowRoot).activeElement)).toBe(false);
  const splitter = page.getByRole('separator');
  await splitter.focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => splitter.getAttribute('aria-valuenow')).toBe('48');
});
