// decode(encode(state)) = state, for random states; and what is not a state is refused with words.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode, UnreadableState, type SharedState } from '../src/state/codec.ts';

/** Any text, with lone surrogates and control characters left out: JSON in UTF-8 cannot hold the former. */
const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((s) => s !== '__proto__');
const state: fc.Arbitrary<SharedState> = fc
  .record({
    config: name,
    content: text,
    others: fc.dictionary(name, text, { maxKeys: 4 }),
    target: fc.record({ projectName: text, stage: text, region: text }),
    profile: fc.option(text, { nil: undefined }),
    facts: fc.option(fc.dictionary(name, fc.jsonValue()), { nil: undefined }),
  })
  .map(({ config, content, others, target, profile, facts }) => {
    const made = { config, files: { ...others, [config]: content }, target: profile === undefined ? target : { ...target, profile } } as SharedState;
    // JSON has no minus zero.
    if (facts) made.facts = JSON.parse(JSON.stringify(facts)) as Record<string, unknown>;
    return made;
  });

describe('the state in a link', () => {
  test('comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(state, async (given) => {
        const fragment = await encode(given);
        expect(fragment).toMatch(/^v1\.[\w-]+$/);
        expect(await decode(fragment)).toEqual(given);
        expect(await decode(`#${fragment}`)).toEqual(given);
      }),
      { numRuns: 300 },
    );
  });

  test('is small: 2,000 lines make a link of a few kilobytes', async () => {
    const lines = Array.from({ length: 400 }, (_, i) => `  queue${i}:\n    type: sqs-queue\n    properties:\n      visibilityTimeoutSeconds: ${i}\n`);
    const fragment = await encode({ config: 'stacktape.yml', files: { 'stacktape.yml': `resources:\n${lines.join('\n')}` }, target: { projectName: 'a', stage: 'b', region: 'c' } as SharedState['target'] });
    expect(fragment.length).toBeLessThan(8_000);
  });

  test('is refused with a reason when it is damaged, foreign or newer', async () => {
    const good = await encode({ config: 'a.yml', files: { 'a.yml': 'x' }, target: { projectName: 'a', stage: 'b', region: 'c' } as SharedState['target'] });
    await expect(decode(good.slice(0, -6))).rejects.toThrow(UnreadableState);
    await expect(decode(good.replace('v1', 'v2'))).rejects.toThrow(/newer editor/);
    await expect(decode('hello')).rejects.toThrow(/not complete/);
    await expect(decode('v1.a b')).rejects.toThrow(UnreadableState);
    for (const odd of [null, [], {}, { config: 'a', files: {}, target: {} }, { config: 'toString', files: {}, target: { projectName: '', stage: '', region: '' } }]) {
      await expect(decode(await encode(odd as unknown as SharedState))).rejects.toThrow(/does not hold a config/);
    }
  });

  test('any other text is refused, never a crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, text.map((t) => `v1.${t}`), fc.base64String().map((t) => `v1.${t.replaceAll(/[+/=]/g, '')}`)), async (fragment) => {
        await expect(decode(fragment)).rejects.toThrow(UnreadableState);
      }),
      { numRuns: 200 },
    );
  });
});
