import { miniGptFolder } from '@interlayer/mini-gpt';
import { sentences, splitByAddress, stateOfTheUnion } from '@interlayer/text-data';
import { loadTokenizer } from '@interlayer/tokenizer';
import { describe, expect, it } from 'vitest';
import { drawPrefixes } from '../../src/materials/held-out-prefixes';

type Model = Parameters<typeof drawPrefixes>[1];

const tokenizer = await loadTokenizer(miniGptFolder());
const { test } = splitByAddress(await stateOfTheUnion());
const causal = (positions: number): Model => ({
  kind: 'causal',
  tokenizer,
  input: ({ prefix }) => (prefix.length > positions ? undefined : { ids: prefix, at: prefix.length - 1 }),
});
const draw = (options: Partial<Parameters<typeof drawPrefixes>[2]> = {}, model = causal(128)) =>
  drawPrefixes(test, model, { seed: 1, count: 4000, ...options });
/** All sentences of all addresses, as tokens. */
const tokens = test.map(({ text }) =>
  sentences(text).map((sentence) => tokenizer.encode(sentence, { addSpecialTokens: false }).ids),
);

describe('held-out prefixes', () => {
  it('are beginnings of held-out sentences, one each, of any length up to the whole', () => {
    const { prefixes } = draw();
    expect(prefixes.length).toBeGreaterThanOrEqual(2000);
    // The prefixes keep the order of the text, so each must begin a sentence after the one before it.
    const next = tokens.map(() => 0);
    let complete = 0;
    for (const { prefix: ids, address } of prefixes) {
      const list = tokens[address]!;
      while (next[address]! < list.length && !ids.every((id, i) => id === list[next[address]!]![i])) next[address]!++;
      expect(next[address]!).toBeLessThan(list.length);
      if (ids.length === list[next[address]!]!.length) complete++;
      next[address]!++;
    }
    expect(complete).toBeGreaterThan(20);
    expect(Math.min(...prefixes.map(({ prefix }) => prefix.length))).toBe(1);
  });

  it('are the same for the same seed, and others for another', () => {
    const one = draw({ count: 500 });
    expect(draw({ count: 500 })).toEqual(one);
    expect(one.prefixes).toHaveLength(500);
    expect(draw({ count: 500, seed: 2 }).prefixes).not.toEqual(one.prefixes);
  });

  it('are several of each sentence where so many are asked for, shorter ones first', () => {
    const { prefixes } = draw({ count: 1000, places: 8 });
    expect(prefixes).toHaveLength(1000);
    const text = ({ prefix }: { prefix: readonly number[] }) => `${prefix.join(' ')} `;
    const nested = prefixes.filter((each, i) => i > 0 && text(each).startsWith(text(prefixes[i - 1]!)));
    expect(nested.length).toBeGreaterThan(750);
    expect(new Set(prefixes.map((each) => JSON.stringify(each))).size).toBe(1000);
  });

  it('are drawn without replacement: a sample is a part of all, in the order of the text', () => {
    const all = draw().prefixes.map((prefix) => JSON.stringify(prefix));
    const places = draw({ count: 300 }).prefixes.map((prefix) => all.indexOf(JSON.stringify(prefix)));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('keep what follows, and for a masked model always a token to mask', () => {
    const { prefixes, dropped } = draw({}, { kind: 'masked', tokenizer, input: () => ({ ids: [], at: 0 }) });
    const complete = new Set(tokens.flat().map((ids) => ids.join(' ')));
    for (const { prefix, next, rest } of prefixes) {
      expect(next).toBeTypeOf('number');
      expect(complete.has([...prefix, next, ...rest].join(' '))).toBe(true);
    }
    expect(dropped).toEqual([]);
  });

  it('count what does not fit the model', () => {
    const everything = { count: 1e6 };
    const { prefixes, dropped } = draw(everything, causal(10));
    expect(Math.max(...prefixes.map(({ prefix }) => prefix.length))).toBeLessThanOrEqual(10);
    expect(dropped).toEqual([
      {
        count: draw(everything, causal(10_000)).prefixes.length - prefixes.length,
        why: 'what the model has to read is longer than its positions',
      },
    ]);
  });
});
