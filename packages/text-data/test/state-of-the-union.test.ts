import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createTokenizer } from '@interlayer/tokenizer';
import { describe, expect, test } from 'vitest';
import { sentences } from '../src/sentences';
import { splitByAddress } from '../src/split-by-address';
import { stateOfTheUnion } from '../src/state-of-the-union';
import { makeStateOfTheUnionTokenizer } from '../src/state-of-the-union-tokenizer';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const file = read('mini-bert/models/base/tokenizer.json');

describe('State of the Union', async () => {
  const addresses = await stateOfTheUnion();
  const splits = splitByAddress(addresses);

  test('233 addresses with distinct ids and texts, in order, and clean text', () => {
    expect(addresses).toHaveLength(233);
    expect(addresses[0]).toMatchObject({
      id: '1790-george-washington',
      year: 1790,
      president: 'George Washington',
      party: 'none',
    });
    expect(new Set(addresses.map(({ id }) => id)).size).toBe(233);
    expect(new Set(addresses.map(({ text }) => text.slice(300, 900))).size).toBe(233);
    expect(addresses.every(({ year }, i) => i === 0 || year >= addresses[i - 1]!.year)).toBe(true);
    for (const { text } of addresses) expect(text).not.toMatch(/&quot;|[a-z]{2}\.[A-Z]|\r/);
    expect(addresses.find(({ year }) => year === 2017)!.text).toContain('America is free. In 9 years');
  });

  test('the split is fixed for ever', () => {
    expect(splits.valid.map(({ year }) => year)).toEqual([
      1804, 1820, 1838, 1841, 1874, 1887, 1897, 1910, 1927, 1958, 1972, 1978, 2008, 2017,
    ]);
    expect(splits.test.map(({ year }) => year)).toEqual([
      1799, 1818, 1833, 1852, 1861, 1882, 1895, 1913, 1938, 1953, 1963, 1990, 2006, 2012,
    ]);
    expect(splits.train).toHaveLength(205);
    expect([...splits.train, ...splits.valid, ...splits.test].map(({ id }) => id).sort()).toEqual(
      addresses.map(({ id }) => id).sort(),
    );
  });

  test('the committed tokenizers are made again byte for byte', async () => {
    const made = async (addSpecialTokens: boolean) =>
      `${JSON.stringify(await makeStateOfTheUnionTokenizer({ addSpecialTokens }), null, 1)}\n`;
    expect((await made(true)) === file).toBe(true);
    expect((await made(false)) === read('mini-gpt/tokenizer.json')).toBe(true);
  });

  test('ids and offsets are those of the Rust library (recipe in the file)', () => {
    const tokenizer = createTokenizer(JSON.parse(file));
    const hash = createHash('sha256');
    for (const { text } of addresses) {
      const { ids, offsets } = tokenizer.encode(text, { addSpecialTokens: false });
      hash.update(JSON.stringify([ids, offsets]));
    }
    const recorded = JSON.parse(readFileSync(new URL('./fixtures/address-tokens.json', import.meta.url), 'utf8'));
    expect(hash.digest('hex')).toBe(recorded.sha256);
  });

  test('counts of README.md, and no unknown token in any split', () => {
    const tokenizer = createTokenizer(JSON.parse(file));
    expect(tokenizer.vocabularySize).toBe(4096);
    expect(tokenizer.special).toEqual({ pad: 0, unk: 1, cls: 2, sep: 3, mask: 4 });
    const count = (name: keyof typeof splits) => {
      const ids = splits[name].map(({ text }) => tokenizer.encode(text, { addSpecialTokens: false }).ids);
      expect(ids.some((row) => row.includes(tokenizer.special.unk!))).toBe(false);
      const tokens = ids.reduce((sum, { length }) => sum + length, 0);
      return [splits[name].length, splits[name].flatMap(({ text }) => sentences(text)).length, tokens];
    };
    expect({ train: count('train'), valid: count('valid'), test: count('test') }).toEqual(COUNTS);
  });
});

/** Addresses, sentences, tokens. */
const COUNTS = { train: [205, 56801, 2148518], valid: [14, 3238, 121847], test: [14, 3105, 116931] };

describe('splitByAddress', () => {
  const documents = Array.from({ length: 40 }, (_, i) => ({ id: `d${i}`, text: '' }));
  test('one of 17 neighbours for valid, one for test; another seed, another split', () => {
    const { train, valid, test: held } = splitByAddress(documents, { seed: 3 });
    const places = (split: typeof documents) => split.map(({ id }) => Math.floor(Number(id.slice(1)) / 17));
    expect(places(valid)).toEqual([0, 1, 2]);
    expect(places(held)).toEqual([0, 1, 2]);
    expect(train).toHaveLength(34);
    expect(splitByAddress(documents, { seed: 4 })).not.toEqual({ train, valid, test: held });
    expect(splitByAddress(documents, { seed: 3 })).toEqual({ train, valid, test: held });
  });
  test('refuses two documents of one id; a very small corpus is all train', () => {
    expect(() => splitByAddress([documents[0]!, documents[1]!, documents[0]!])).toThrow('"d0"');
    expect(splitByAddress(documents.slice(0, 2))).toEqual({ train: documents.slice(0, 2), valid: [], test: [] });
  });
});
