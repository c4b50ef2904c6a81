import { miniGptFolder } from '@interlayer/mini-gpt';
import { sentences, splitByAddress, stateOfTheUnion } from '@interlayer/text-data';
import { loadTokenizer } from '@interlayer/tokenizer';
import { describe, expect, it } from 'vitest';
import { heldOutPrefixes, type PrefixOptions } from '../../src/geva-2021/held-out-prefixes';

const tokenizer = await loadTokenizer(miniGptFolder());
const fits = (positions: number): PrefixOptions['model'] => ({
  kind: 'causal',
  input: ({ prefix }) => (prefix.length > positions ? undefined : { ids: prefix, at: prefix.length - 1 }),
});
const options = { seed: 1, count: 500, model: fits(128) };

describe('heldOutPrefixes', () => {
  it('are beginnings of held-out sentences, one each, of any length up to the whole', async () => {
    const { prefixes, addresses } = await heldOutPrefixes(tokenizer, { ...options, count: 4000 });
    const { test } = splitByAddress(await stateOfTheUnion());
    expect(addresses).toBe(test.length);
    expect(prefixes.length).toBeGreaterThanOrEqual(2000);
    const whole = test.map(({ text }) =>
      sentences(text).map((sentence) => tokenizer.encode(sentence, { addSpecialTokens: false }).ids),
    );
    // The prefixes keep the order of the text, so each must begin a sentence after the one before it.
    const next = whole.map(() => 0);
    let complete = 0;
    for (const { prefix: ids, address } of prefixes) {
      const list = whole[address]!;
      while (next[address]! < list.length && !ids.every((id, i) => id === list[next[address]!]![i])) next[address]!++;
      expect(next[address]!).toBeLessThan(list.length);
      if (ids.length === list[next[address]!]!.length) complete++;
      next[address]!++;
    }
    expect(complete).toBeGreaterThan(20);
    expect(Math.min(...prefixes.map(({ prefix }) => prefix.length))).toBe(1);
  });

  it('are the same for the same seed, and others for another', async () => {
    const one = await heldOutPrefixes(tokenizer, options);
    expect(await heldOutPrefixes(tokenizer, options)).toEqual(one);
    expect(one.prefixes).toHaveLength(500);
    const other = await heldOutPrefixes(tokenizer, { ...options, seed: 2 });
    expect(other.prefixes).not.toEqual(one.prefixes);
    expect(other.corpusHash).toBe(one.corpusHash);
  });

  it('keep what follows, and for a masked model always a token to mask', async () => {
    const { test } = splitByAddress(await stateOfTheUnion());
    const model: PrefixOptions['model'] = { kind: 'masked', input: () => ({ ids: [], at: 0 }) };
    const { prefixes, dropped } = await heldOutPrefixes(tokenizer, { ...options, count: 4000, model });
    const whole = new Set(
      test.flatMap(({ text }) =>
        sentences(text).map((each) => tokenizer.encode(each, { addSpecialTokens: false }).ids.join(' ')),
      ),
    );
    for (const { prefix, next, rest } of prefixes) {
      expect(next).toBeTypeOf('number');
      expect(whole.has([...prefix, next, ...rest].join(' '))).toBe(true);
    }
    expect(dropped).toEqual([]);
  });

  it('counts what does not fit the model', async () => {
    const { prefixes, dropped } = await heldOutPrefixes(tokenizer, { ...options, count: 4000, model: fits(10) });
    expect(Math.max(...prefixes.map(({ prefix }) => prefix.length))).toBeLessThanOrEqual(10);
    expect(dropped[0]).toMatchObject({
      count: expect.any(Number),
      why: expect.stringContaining('longer than its positions'),
    });
  });
});
