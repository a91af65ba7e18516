// From key press to preview, in the browser: median of the worker's and of the main thread's time, for 150 and for 2,000 lines; and what the first load
// weighs. The limits are those of an idle machine; a loaded one may take TIMES as long.
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browsing, config, settled, textOf, write } from './page.ts';

const browser = browsing();
/** How much slower than its limit a shared build machine may be before the test fails. */
const TIMES = Number(process.env.SPEED_TOLERANCE ?? 4);
const EDITS = 40;

/** A config of about `lines` lines, with resources of several kinds. */
function sample(lines: number): string {
  const block = (i: number) => `  queue${i}:
    type: sqs-queue
    properties:
      visibilityTimeoutSeconds: ${30 + i}
  table${i}:
    type: dynamo-db-table
    properties:
      primaryKey: { partitionKey: { name: id, type: string } }
  worker${i}:
    type: function
    properties:
      packaging:
        type: stacktape-lambda-buildpack
        properties:
          entryfilePath: src/worker${i}.ts
      memory: 512
      timeout: 20
      # Takes its work from the queue and writes to the table.
      connectTo: [queue${i}, table${i}]
      environment:
        - name: LEVEL
          value: info
      events:
        - type: sqs
          properties:
            sqsQueueName: queue${i}
            batchSize: 5

`;
  const head = 'resources:\n';
  const size = block(0).split('\n').length - 1;
  return head + Array.from({ length: Math.round(lines / size) }, (_, i) => block(i)).join('');
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function measure(page: Page, text: string): Promise<{ total: number; worker: number; main: number; longest: number; lines: number }> {
  await settled(page);
  await write(page, text);
  await settled(page);
  await page.waitForTimeout(2_500);
  await page.evaluate(() => {
    performance.clearMeasures();
    const long: number[] = [];
    Object.assign(window, { long });
    new PerformanceObserver((list) => long.push(...list.getEntries().map((e) => e.duration))).observe({ entryTypes: ['longtask'] });
  });
  await config(page).focus();
  await page.keyboard.press('ControlOrMeta+Home');
  await page.keyboard.press('End');
  await page.keyboard.type(' # ');
  for (let i = 0; i < EDITS; i++) {
    await page.keyboard.press('abcdefghij'[i % 10]!);
    await page.waitForTimeout(120);
  }
  // Then a change that shows in the template.
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('  last:\ntype: sns-topic', { delay: 60 });
  await page.keyboard.press('Escape');
  await settled(page);
  const found = await page.evaluate(() => {
    const all = performance.getEntriesByName('key press to preview') as PerformanceMeasure[];
    return { totals: all.map((e) => e.duration), workers: all.map((e) => (e.detail as { worker: number }).worker), long: (window as unknown as { long: number[] }).long };
  });
  expect(found.totals.length).toBeGreaterThan(EDITS / 2);
  const mains = found.totals.map((total, i) => total - found.workers[i]!);
  return { total: median(found.totals), worker: median(found.workers), main: median(mains), longest: Math.max(0, ...found.long), lines: text.split('\n').length };
}

for (const [lines, limit] of [[150, 16], [2_000, 50]] as const) {
  test(`${lines} lines: key press to preview within ${limit} ms`, async () => {
    const { page } = await browser.open();
    const { total, worker, main, longest, lines: real } = await measure(page, sample(lines));
    const figures = `${real} lines: key press → preview ${total.toFixed(1)} ms (worker ${worker.toFixed(1)}, main thread and messages ${main.toFixed(1)}); longest task of the main thread ${longest ? `${longest.toFixed(0)} ms` : 'under 50 ms'}`;
    console.log(figures);
    expect(total, figures).toBeLessThan(limit * TIMES);
    expect(longest, figures).toBeLessThan(50 * TIMES);
    expect((await textOf(page, 'CloudFormation template')).includes('AWS::SNS::Topic')).toBe(true);
  });
}

test('the first load is at most 1.2 MB compressed', async () => {
  const { page, context } = await browser.open();
  const loaded = new Map<string, number>();
  context.on('response', async (response) => {
    const body = await response.body().catch(() => undefined);
    if (body) loaded.set(response.url(), /\.woff2$/.test(response.url()) ? body.length : gzipSync(body, { level: 9 }).length);
  });
  await context.clearCookies();
  await page.reload();
  await settled(page);
  await page.getByText('Works offline').waitFor();
  await page.waitForTimeout(500);
  const total = [...loaded.values()].reduce((a, b) => a + b, 0);
  console.log(`first load: ${Math.round(total / 1000)} KB compressed in ${loaded.size} files`);
  expect(total).toBeGreaterThan(500_000);
  expect(total).toBeLessThan(1_200_000);
});

test('every file of the build counts, and nothing is left out of the figure', () => {
  expect(readFileSync(new URL('../dist/sw.js', import.meta.url), 'utf8')).toMatch(/stacktape_wasm_bg-.*\.wasm/);
});
