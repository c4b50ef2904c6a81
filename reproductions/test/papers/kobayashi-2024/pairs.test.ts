import { amplifiedPairs, type CellOptions } from '@interlayer/attention-maps';
import { matrix } from '@interlayer/linalg';
import { spearman } from '@interlayer/stats';
import { normalValues } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { amplificationOf, expressionShareOf, pairCounts } from '../../../src/papers/kobayashi-2024/amplification';
import { pmiOf } from '../../../src/papers/kobayashi-2024/co-occurrence';
import { collocations, likelyExpressions } from '../../../src/papers/kobayashi-2024/expressions';
import type { Maps, ModelMaps } from '../../../src/papers/kobayashi-2024/materials/maps';
import { categoryOf, groupTokens } from '../../../src/papers/kobayashi-2024/pair-categories';
import { planted, sharesOf } from '../../../src/papers/kobayashi-2024/pair-shares';
import { plantedBlock } from '../../../src/papers/kobayashi-2024/planted-block';
import { parseTreebank } from '../../../src/papers/kobayashi-2024/treebank';

const inText = (text: string, expressions: readonly (readonly (readonly [number, number])[])[]) =>
  expressions.map((parts) => parts.map(([start, end]) => text.slice(start, end)).join(' | '));

describe('categories of pairs', () => {
  const text = "the unhappy Supreme Court's court";
  const offsets: [number, number][] = [
    [0, 0],
    [0, 3],
    [4, 6],
    [6, 11],
    [12, 19],
    [20, 25],
    [25, 26],
    [26, 27],
    [28, 33],
    [0, 0],
  ];
  const ids = [90, 1, 2, 3, 4, 5, 6, 7, 5, 91];
  const tokens = { ids, ...groupTokens(text, offsets, [[[12, 25]]]) };

  it('a token continues a word letter after letter; punctuation and special tokens belong to none', () => {
    expect(tokens.words).toEqual([-1, 0, 1, 1, 2, 3, 4, 5, 6, -1]);
    expect(tokens.expressions).toEqual([-1, -1, -1, -1, 0, 0, -1, -1, -1, -1]);
  });

  it.each([
    [5, 8, 'same token'],
    [2, 3, 'subword pair'],
    [4, 5, 'name or expression'],
    [1, 2, 'adjacent'],
    [1, 8, 'other'],
  ])('%i and %i: %s, in either order', (i, j, category) => {
    expect(categoryOf(tokens, i, j)).toBe(category);
    expect(categoryOf(tokens, j, i)).toBe(category);
  });

  it('are counted over the cells that count', () => {
    const read = { ...tokens, counted: ids.map((id) => id < 90) };
    const { all, adjacent } = pairCounts('post', read);
    expect(Object.values(all).reduce((sum, count) => sum + count)).toBe(8 * 7);
    expect([all['same token'], all['subword pair'], all['name or expression']]).toEqual([2, 2, 2]);
    expect(Object.values(adjacent).reduce((sum, count) => sum + count)).toBe(2 * 7);
    expect(pairCounts('pre', read).all['subword pair']).toBe(1);
  });
});

describe('likely expressions', () => {
  it('are runs of capitalised words, without the word that begins a sentence, and collocations', () => {
    const text = 'The United States met. President Bush saw the Bank of England, and I Have seen public debt grow.';
    expect(inText(text, likelyExpressions(text, new Set(['public debt'])))).toEqual([
      'United States',
      'Bank of England',
      'public debt',
    ]);
    expect(likelyExpressions(text, new Set()).length).toBe(2);
  });

  it('overlapping ones are one', () => {
    const text = 'we saw New York City Hall';
    expect(inText(text, likelyExpressions(text, new Set(['york city'])))).toEqual(['New York City Hall']);
  });

  it('collocations stand together far more often than by chance, and have no stop words', () => {
    const noise = Array.from(
      { length: 300 },
      (_, i) => `word${'abcdefghij'[i % 10]} of the thing${'klmnopqrst'[(7 * i) % 10]}`,
    );
    const found = collocations([...noise, ...Array(12).fill('the public debt')]);
    expect(found.has('public debt')).toBe(true);
    expect(found.has('of the')).toBe(false);
    expect(collocations(Array(9).fill('the public debt')).size).toBe(0);
  });
});

it('a treebank gives documents, and words joined by flat, compound, fixed or goeswith, with their places in the text', () => {
  const row = (id: string, form: string, head: string, relation: string, misc = '_') =>
    [id, form, form, 'X', 'X', '_', head, relation, '_', misc].join('\t');
  const documents = parseTreebank(
    [
      [
        '# newdoc id = a',
        row('1', 'New', '2', 'compound'),
        row('2', 'York', '0', 'root'),
        row('3-4', "don't", '_', '_'),
        row('3', 'do', '4', 'aux'),
        row('4', "n't", '2', 'advmod'),
        row('4.1', 'gone', '_', '_'),
        row('5', 'pick', '2', 'x'),
        row('6', 'it', '5', 'obj'),
        row('7', 'up', '5', 'compound:prt', 'SpaceAfter=No'),
        row('8', '.', '2', 'punct', 'SpaceAfter=No'),
      ],
      [row('1', 'As', '0', 'root'), row('2', 'well', '1', 'fixed'), row('3', 'as', '1', 'fixed')],
      ['# newdoc id = b', row('1', 'Yes', '0', 'root')],
    ]
      .map((lines) => lines.join('\n'))
      .join('\n\n'),
  );
  expect(documents.map(({ text }) => text)).toEqual(["New York don't pick it up. As well as ", 'Yes ']);
  expect(documents.map(({ text, expressions }) => inText(text, expressions))).toEqual([
    ['New | York', 'pick | up', 'As | well | as'],
    [],
  ]);
});

it('PMI is how much more often two tokens are near each other than their frequencies say', () => {
  const reference = [[0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3]];
  const [values] = pmiOf([{ ids: [0, 1, 3, 0], counted: [true, true, true, true] }], reference, 4);
  const pairs = reference[0]!.reduce((sum, _, i) => sum + Math.min(i, 10), 0);
  expect(values![0 * 4 + 1]).toBeCloseTo(Math.log(1 / pairs / ((2 * 1 * 1) / 14 ** 2)), 12);
  expect(values![1 * 4 + 0]).toBe(values![0 * 4 + 1]);
  // 0 and 3 are thirteen tokens apart; a token has no PMI with itself.
  for (const cell of [0 * 4 + 2, 0 * 4 + 3, 0]) expect(values![cell]).toBeNaN();
});

describe('amplification', () => {
  const n = 6;
  const read = {
    ids: [1, 2, 3, 4, 5, 1],
    words: [0, 0, 1, 2, 3, 4],
    expressions: [-1, -1, 0, 0, -1, -1],
    counted: Array<boolean>(n).fill(true),
  };
  const map = (seed: number) => matrix(normalValues(n * n, seed).map(Math.abs), n);
  const cells: CellOptions = { cells: 'all', tokens: read.counted };

  it('lists pairs with what they are, and its correlation with PMI is that over pairs with one', () => {
    const [before, after, pmi] = [map(1), map(2), normalValues(n * n, 3)];
    pmi[1] = Number.NaN;
    const { amplified, pmi: rho, plantedPmi } = amplificationOf({ before, after }, read, pmi, cells);
    const pairs = amplifiedPairs(before, after, { ...cells, diagonal: false });
    expect(amplified.most).toEqual(
      pairs.map(({ target, source, change }) => ({ change, category: categoryOf(read, target, source) })),
    );
    expect(amplified.least.every(({ change }) => change < 0)).toBe(true);
    const all = [...pairs, ...amplifiedPairs(before, after, { ...cells, diagonal: false, side: 'least' })].filter(
      ({ target, source }) => target * n + source !== 1,
    );
    expect(all).toHaveLength(n * (n - 1) - 1);
    expect(rho).toBeCloseTo(
      spearman(
        all.map(({ change }) => change),
        all.map(({ target, source }) => pmi[target * n + source]!),
      ),
      12,
    );
    expect(plantedPmi).toBeGreaterThan(rho);
  });

  it('the share of an expression is relative to that of any pair', () => {
    const flat = matrix(new Float64Array(n * n).fill(2), n);
    expect(expressionShareOf(flat, read, cells)).toBeCloseTo(1, 12);
    flat.data[2 * n + 3] = 4;
    expect(expressionShareOf(flat, read, cells)).toBeCloseTo((4 / 12 + 2 / 10) / 2 / (1 / 5), 12);
    expect(expressionShareOf(flat, { ...read, expressions: Array(n).fill(-1) }, cells)).toBeNaN();
  });
});

describe('shares of amplified pairs', () => {
  const pair = (change: number, category: string) => ({ change, category });
  const model = {
    name: 'base',
    units: { clusters: [0, 1], method: 'none' },
    pairs: [0, 1].map(() => ({ all: { 'subword pair': 1, other: 3 }, adjacent: { 'subword pair': 1, other: 1 } })),
    layers: [
      [
        { amplified: { most: Array(30).fill(pair(0.2, 'subword pair')), least: [pair(-0.1, 'other')] } },
        {
          amplified: {
            most: [...Array(10).fill(pair(0.5, 'other')), ...Array(40).fill(pair(0.1, 'other'))],
            least: [pair(-0.3, 'subword pair')],
          },
        },
      ],
    ],
  } as unknown as ModelMaps;
  for (const counts of model.pairs)
    for (const which of ['all', 'adjacent'] as const)
      for (const category of ['same token', 'name or expression', 'adjacent'] as const) counts[which][category] = 0;
  const shares = sharesOf({ models: [model] } as unknown as Maps, ['subword pair']);
  const at = (of: keyof typeof shares, ...weights: number[]) =>
    shares[of][0]!.layers[0]!.of(Float64Array.from(weights));

  it('are those of the first fifty over all sequences, each as often as its sequence was drawn', () => {
    expect(at('most', 1, 1)).toBeCloseTo((100 * 30) / 50, 12);
    expect(at('most', 1, 0)).toBe(100);
    expect(at('most', 0, 1)).toBe(0);
    // 2 × 10 of the second sequence come first, then 30 of 2 × 30.
    expect(at('most', 2, 2)).toBeCloseTo((100 * 30) / 50, 12);
    expect(at('least', 1, 1)).toBe(50);
    expect([at('random', 1, 1), at('adjacent', 1, 1)]).toEqual([25, 50]);
  });

  it('a planted block is found, and one that writes nothing amplifies nothing', async () => {
    for (const seed of [1, 2, 3]) expect(await plantedBlock(seed)).toEqual({ right: 33, all: 33, silent: 0 });
    expect(await planted.check([], [], { seed: 4 } as never)).toMatchObject({ passed: true });
  });
});
