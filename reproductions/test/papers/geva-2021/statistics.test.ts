import { type CompositionCase, compositionCase, shuffledAgreement } from '@interlayer/ffn-memory';
import { matrix } from '@interlayer/linalg';
import { seededRandom, useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { independent, plainly, type Statistic } from '../../../src/claim/statistic';
import { agreementOf } from '../../../src/papers/geva-2021/agreement';
import { changesOf } from '../../../src/papers/geva-2021/changes';
import { composition, shares } from '../../../src/papers/geva-2021/composition';
import { exceptionsOf, SHORT } from '../../../src/papers/geva-2021/exceptions';
import type { LayerMemories, Memories } from '../../../src/papers/geva-2021/materials/memories';
import type { KeyMutations } from '../../../src/papers/geva-2021/materials/mutations';
import type { Group, LayerPatterns } from '../../../src/papers/geva-2021/materials/patterns';
import type { Agreements } from '../../../src/papers/geva-2021/materials/zero-agreement';
import { halves, modalShares } from '../../../src/papers/geva-2021/pattern-shares';
import { ranksOf } from '../../../src/papers/geva-2021/ranks';
import { lastCompositions, relatedPairs } from '../../../src/papers/geva-2021/related-tokens';
import { bins, SHARPEST, sharpnessOf } from '../../../src/papers/geva-2021/sharpness';
import { tokenizer } from '../../subjects/tiny-models';

beforeAll(() => useBackend('cpu'));

const random = seededRandom(20);
const below = (n: number): number => Math.floor(random() * n);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (truths: readonly boolean[]): number => 100 * mean(truths.map(Number));
const middle = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
};

/** What whole weights mean: each unit as often as it weighs. */
const written = <T>(values: ArrayLike<T>, weights: ArrayLike<number>): T[] =>
  Array.from(values).flatMap((value, i) => Array<T>(weights[i]!).fill(value));

/** Weights of units as a resample draws them, and 1 each. */
const weightings = (units: number): Float64Array[] => [
  new Float64Array(units).fill(1),
  ...Array.from({ length: 5 }, () => Float64Array.from({ length: units }, () => below(4))),
];

/** A statistic gives what a function of the units, written out as often as they weigh, says. */
function expectWritten(statistic: Statistic, expected: (weights: Float64Array) => number): void {
  for (const weights of weightings(statistic.units.clusters.length))
    expect(statistic.of(weights)).toBeCloseTo(expected(weights), 9);
}

const [LAYERS, CELLS, VOCABULARY] = [4, 60, 9];

/** Values and triggers of random cells, some of them dead; the best of three triggers comes first. */
function randomLayer(): LayerMemories {
  const tokens = () => Int32Array.from({ length: 3 * CELLS }, () => below(VOCABULARY));
  const [next, last] = [tokens(), tokens()];
  const counts = Int32Array.from({ length: CELLS }, () => below(4));
  for (const [cell, count] of counts.entries())
    for (const list of [next, last]) list.fill(-1, 3 * cell + count, 3 * cell + 3);
  const valueTop = Int32Array.from({ length: CELLS }, () => below(VOCABULARY));
  const best = (list: Int32Array) => Array.from(valueTop, (top, cell) => list[3 * cell] === top);
  const ranks = () => Int32Array.from(counts, (count) => (count ? below(VOCABULARY) : -1));
  return {
    counts,
    tokens: { next, last },
    valueTop,
    probability: Float64Array.from({ length: CELLS }, () => random()),
    agrees: { next: best(next), last: best(last) },
    ranks: { next: ranks(), last: ranks() },
    precision: Float64Array.from({ length: CELLS }, () => below(3) / 3),
  };
}

const memories: Memories = {
  layers: Array.from({ length: LAYERS }, randomLayer),
  cells: CELLS,
  vocabulary: VOCABULARY,
  units: independent(LAYERS * CELLS, 'keys'),
  layerUnits: independent(CELLS, 'keys'),
  dropped: [],
  deviations: [],
};
const ofLayer = (weights: Float64Array, layer: number) => weights.subarray(layer * CELLS, (layer + 1) * CELLS);
/** Something of each cell of all layers, one layer after the other. */
const cellsOf = <T>(value: (layer: LayerMemories) => ArrayLike<T>): T[] =>
  memories.layers.flatMap((layer) => Array.from(value(layer)));

describe('agreement of values with triggers', () => {
  const found = agreementOf(memories);
  const next = cellsOf(({ agrees }) => agrees.next);
  const last = cellsOf(({ agrees }) => agrees.last);
  /** What pairing at random gives, over all layers, by the package's closed form on cells written out. */
  const chance = (weights: Float64Array) => {
    const agreeing = memories.layers.map(({ valueTop, tokens }, layer) => {
      const part = ofLayer(weights, layer);
      const best = tokens.next.filter((_, i) => i % 3 === 0);
      return shuffledAgreement(written(valueTop, part), written(best, part)).mean;
    });
    return agreeing.reduce((sum, count) => sum + count, 0) / weights.reduce((sum, weight) => sum + weight, 0);
  };

  it('counts cells, and compares with the last token, with chance and with a uniform guess', () => {
    expectWritten(found.all, (w) => percent(written(next, w)));
    expectWritten(found.allLast, (w) => percent(written(last, w)));
    expectWritten(found.overLast, (w) => percent(written(next, w)) - percent(written(last, w)));
    expectWritten(found.overShuffled, (w) => Math.log(percent(written(next, w)) / 100 / chance(w)));
    expectWritten(found.overUniform, (w) => Math.log((percent(written(next, w)) / 100) * VOCABULARY));
  });

  it('compares halves of the layers, each layer for itself', () => {
    const half = (w: Float64Array, layers: number[]) =>
      mean(layers.map((layer) => percent(written(memories.layers[layer]!.agrees.next, ofLayer(w, layer)))));
    expectWritten(found.rise[0]!, (w) => half(w, [2, 3]) - half(w, [0, 1]));
    expect(agreementOf({ ...memories, layers: memories.layers.slice(0, 1) }).rise).toEqual([]);
  });

  it('expects of shuffled pairs what the closed form does', () => {
    for (const [layer, { valueTop, tokens }] of memories.layers.entries()) {
      const best = tokens.next.filter((_, i) => i % 3 === 0);
      expect(found.expected[layer]).toBeCloseTo((100 * shuffledAgreement(valueTop, best).mean) / CELLS, 10);
    }
    expect(found.uniform).toBe(100 / VOCABULARY);
  });
});

describe('ranks of tokens in values', () => {
  const found = ranksOf(memories);
  const median = (layer: number, target: 'next' | 'last', w: ArrayLike<number>) =>
    middle(
      written(memories.layers[layer]!.ranks[target], w)
        .filter((rank) => rank >= 0)
        .map((rank) => (100 * rank) / (VOCABULARY - 1)),
    );

  it('are medians over cells that are alive, layer by layer', () => {
    for (const target of ['next', 'last'] as const)
      for (const [layer, statistic] of found[target].entries()) {
        expectWritten(statistic, (w) => median(layer, target, w));
        expect(found.boxes[target][layer]!.value).toBe(plainly(statistic));
      }
  });

  it('have a mean over layers, and a fall from the first to the last, over the cells of all layers', () => {
    const byLayer = (w: Float64Array) => memories.layers.map((_, layer) => median(layer, 'next', ofLayer(w, layer)));
    expectWritten(found.mean, (w) => mean(byLayer(w)));
    expectWritten(found.falls, (w) => 0.65 * byLayer(w)[0]! - byLayer(w).at(-1)!);
  });
});

describe('sharp values', () => {
  const found = sharpnessOf(memories);
  const keys = cellsOf(({ probability }) => probability).map((probability, i) => ({
    probability,
    layer: Math.floor(i / CELLS),
    agrees: cellsOf(({ agrees }) => agrees.next)[i]!,
    hit: cellsOf(({ precision }) => precision)[i]! > 0,
  }));
  /** Keys written out four times as often as they weigh, so that a quarter of them is a whole number, the sharpest first. */
  const ranked = (w: Float64Array) =>
    written(
      keys,
      w.map((weight) => 4 * weight),
    ).sort((a, b) => b.probability - a.probability);

  it('agree more or less often than flat ones: the first and the last quarter', () => {
    const quarter = (w: Float64Array, end: 'top' | 'bottom') => {
      const all = ranked(w);
      const part = end === 'top' ? all.slice(0, all.length / 4) : all.slice(-all.length / 4);
      return percent(part.map(({ agrees }) => agrees));
    };
    expectWritten(found.top, (w) => quarter(w, 'top'));
    expectWritten(found.bottom, (w) => quarter(w, 'bottom'));
    expectWritten(found.overBottom, (w) => quarter(w, 'top') - 2 * quarter(w, 'bottom'));
  });

  it('sit somewhere, and follow their triggers: the hundred sharpest', () => {
    const sharpest = (w: Float64Array) => ranked(w).slice(0, 4 * SHARPEST);
    expectWritten(found.upper, (w) => percent(sharpest(w).map(({ layer }) => layer >= 2)));
    expectWritten(found.hits, (w) => percent(sharpest(w).map(({ hit }) => hit)));
    const hundred = [...keys].sort((a, b) => b.probability - a.probability).slice(0, SHARPEST);
    expect(found.inUpperHalf).toBe(hundred.filter(({ layer }) => layer >= 2).length);
    expect(found.withHit).toBe(hundred.filter(({ hit }) => hit).length);
    expect(found.byLayer).toEqual([0, 1, 2, 3].map((layer) => hundred.filter((key) => key.layer === layer).length));
  });

  it('fall into octiles of equally many cells', () => {
    const { shares: found8, labels, intervals } = bins(found);
    const ascending = [...keys].sort((a, b) => a.probability - b.probability);
    const octiles = Array.from({ length: 8 }, (_, i) => ascending.slice(30 * i, 30 * (i + 1)));
    expect(found8.map(([share]) => share)).toEqual(
      octiles.map((octile) => percent(octile.map(({ agrees }) => agrees))),
    );
    expect(labels).toHaveLength(8);
    expect(intervals[0]).toMatch(/^bin 1: [\d.]+ to [\d.]+$/);
  });
});

describe('changes of coefficients', () => {
  const keys: KeyMutations[] = Array.from({ length: 30 }, (_, i) => ({
    layer: i % 3,
    cell: i,
    triggers: 5,
    change: { first: -10 * random(), last: -60 * random(), random: -20 * random() },
  }));
  const found = changesOf({ keys, layers: 3, units: independent(30, 'keys'), dropped: [], deviations: [] });
  const inLayer = (layer: number) => keys.filter((key) => key.layer === layer).map(({ change }) => change);

  it('are medians over the keys of a layer, and differences of them', () => {
    for (let layer = 0; layer < 3; layer++) {
      const of = (value: (change: KeyMutations['change']) => number) => (w: Float64Array) =>
        middle(written(inLayer(layer), w).map(value));
      expectWritten(
        found.change.first[layer]!,
        of(({ first }) => first),
      );
      expectWritten(
        found.change.last[layer]!,
        of(({ last }) => last),
      );
      expectWritten(
        found.firstMinusRandom[layer]!,
        of(({ first, random }) => first - random),
      );
      expectWritten(
        found.twiceRandomMinusLast[layer]!,
        of(({ last, random }) => 2 * random - last),
      );
    }
  });

  it('fade from the first layer to the last, over the keys of all', () => {
    const last = (w: Float64Array, layer: number) =>
      middle(
        written(keys, w)
          .filter((key) => key.layer === layer)
          .map(({ change }) => change.last),
      );
    expectWritten(found.fades, (w) => last(w, 2) - last(w, 0));
    expectWritten(found.all, (w) => middle(written(keys, w).map(({ change }) => change.last)));
  });

  it('are not ruled by a key whose coefficient is near 0', () => {
    const wild = keys.map((key, i) => (i === 0 ? { ...key, change: { first: -4e4, last: 9e5, random: 7e4 } } : key));
    const units = independent(30, 'keys');
    const { all, change } = changesOf({ keys: wild, layers: 3, units, dropped: [], deviations: [] });
    const range = (values: number[]) => [Math.min(...values), Math.max(...values)] as const;
    const [low, high] = range(keys.map(({ change }) => change.last));
    for (const statistic of [all, ...change.last]) {
      expect(plainly(statistic)).toBeGreaterThanOrEqual(low);
      expect(plainly(statistic)).toBeLessThanOrEqual(high);
    }
  });
});

const PREFIXES = 40;
const stops = new Set(
  ['the', 'of', 'and', 'to', 'in', 'is', 'we', 'it', 'same'].map((word) => tokenizer.tokenToId(word)),
);

/** Random predictions of three layers; every fourth sentence ends with its prefix. */
const readings = {
  layers: Array.from({ length: 3 }, () => {
    const tokens = () => Int32Array.from({ length: PREFIXES }, () => below(6));
    const [r, y, o] = [tokens(), tokens(), tokens()];
    const cases = Array.from(r, (token, i): CompositionCase => compositionCase(token, y[i]!, o[i]!));
    return { r, y, o, cases, zero: { all: Array.from(r, () => random() < 0.5) } };
  }),
  prefixes: Array.from({ length: PREFIXES }, (_, i) => ({
    prefix: Array.from({ length: 1 + below(8) }, () => 20),
    next: i % 4 ? below(20) : undefined,
    rest: [],
    address: i % 5,
  })),
  units: { clusters: Array.from({ length: PREFIXES }, (_, i) => i % 5), method: 'addresses' },
  tokenizer,
  adds: true,
} as unknown as Agreements;

describe('exceptions, where a cell agrees with its layer', () => {
  const found = exceptionsOf(readings);
  /** Pairs of layer and prefix, prefixes written out. */
  const pairs = (w: Float64Array, agrees: boolean) =>
    readings.layers.flatMap(({ zero }) =>
      written(
        readings.prefixes.map((prefix, i) => ({ prefix, agrees: !zero.all[i] })),
        w,
      ).filter((pair) => pair.agrees === agrees),
    );

  it('are stop words or short prefixes more or less often than the others', () => {
    for (const [i, agrees] of [true, false].entries()) {
      expectWritten(found.stop[i]!, (w) =>
        percent(pairs(w, agrees).flatMap(({ prefix: { next } }) => (next === undefined ? [] : [stops.has(next)]))),
      );
      expectWritten(found.short[i]!, (w) =>
        percent(pairs(w, agrees).map(({ prefix: { prefix } }) => prefix.length < SHORT)),
      );
    }
  });

  it('have stop words among the predictions of the block, and a frequency', () => {
    for (const [i, agrees] of [true, false].entries()) {
      const predicted = readings.layers.flatMap(({ y, zero }) =>
        Array.from(y).filter((_, j) => zero.all[j] !== agrees),
      );
      expect(found.predicted[i]).toBeCloseTo(percent(predicted.map((token) => stops.has(token))), 10);
    }
    const expected = readings.layers.map(({ zero }) => percent(zero.all.map((none) => !none)));
    for (const [layer, share] of found.agreeing.entries()) expect(share).toBeCloseTo(expected[layer]!, 9);
  });
});

describe('what predictions are made of', () => {
  const found = composition(readings);
  const share = (layer: number, names: CompositionCase[]) => (w: Float64Array) =>
    percent(written(readings.layers[layer]!.cases, w).map((each) => names.includes(each)));

  it('are shares of cases from the second layer on', () => {
    expect(found.survives.map(({ label }) => label)).toEqual(['layer 2', 'layer 3']);
    for (const layer of [1, 2]) {
      expectWritten(found.survives[layer - 1]!, share(layer, ['residual', 'agreement']));
      expectWritten(found.composed[layer - 1]!, share(layer, ['composition']));
      expectWritten(found.overridden[layer - 1]!, share(layer, ['ffn']));
    }
    expectWritten(found.mean, (w) => mean([1, 2].map((layer) => share(layer, ['residual', 'agreement'])(w))));
  });

  it('add up to all prefixes, and the fifth case is counted in every layer', () => {
    for (const row of shares(readings.layers)) expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(100, 10);
    expect(found.fifth.map(({ count }) => count)).toEqual(
      readings.layers.map(({ cases }) => cases.filter((name) => name === 'fifth').length),
    );
  });
});

describe('patterns of keys', () => {
  const kinds = ['shallow', 'semantic', 'shallow + semantic', 'none'] as const;
  const group = (): Group =>
    ({
      coverage: Array.from({ length: 6 }, () => kinds[below(4)]!),
      patterns: Array.from({ length: below(3) }),
      topical: random() < 0.5,
    }) as unknown as Group;
  const layers: LayerPatterns[] = Array.from({ length: 4 }, () => ({
    modal: Float64Array.from({ length: 10 }, (_, cell) => (cell % 5 === 4 ? Number.NaN : (1 + below(5)) / 5)),
    groups: Array.from({ length: 7 }, group),
  }));
  const alive = layers.map(({ modal }) => Array.from(modal).filter((value) => !Number.isNaN(value)));

  it('differ between the halves of the layers', () => {
    const keys = layers.flatMap(({ groups }, layer) => groups.map(({ coverage }) => ({ coverage, upper: layer >= 2 })));
    const half = (w: Float64Array, kind: string, upper: boolean) =>
      mean(
        written(keys, w)
          .filter((key) => key.upper === upper)
          .map(({ coverage }) => percent(coverage.map((each) => each === kind))),
      );
    const found = halves({ layers });
    expectWritten(found.shallow, (w) => half(w, 'shallow', false) - half(w, 'shallow', true));
    expectWritten(found.semantic, (w) => half(w, 'semantic', true) - half(w, 'semantic', false));
    expect(found.topical).toEqual(layers.map(({ groups }) => groups.filter(({ topical }) => topical).length));
  });

  it('have a modal last token, of keys that are alive', () => {
    const found = modalShares({ layers, random: [] });
    expect(found.modal.map((values) => Array.from(values))).toEqual(alive);
    for (const [layer, value] of found.means.entries()) expect(value).toBeCloseTo(100 * mean(alive[layer]!), 10);
    expectWritten(found.mean, (w) => 100 * mean(written(alive.flat(), w)));
    expect(found.hasPattern.map(({ truths }) => truths)).toEqual(
      layers.map(({ groups }) => groups.map(({ patterns }) => patterns.length > 0)),
    );
  });
});

describe('related words', () => {
  const word = (text: string) => tokenizer.tokenToId(text)!;
  /** Directions by the number of the word, but sea and ships point the same way. */
  const direction = (token: number) => {
    const angle = token === word('ships') ? word('sea') : token;
    return [Math.cos(2.4 * angle), Math.sin(2.4 * angle)];
  };
  const embedding = matrix(Array.from({ length: tokenizer.vocabularySize }, (_, token) => direction(token)).flat(), 2);

  it('share a stem, or are nearer to each other than most pairs put together by chance', () => {
    const filler = Array.from({ length: 60 }, (_, i) => ({ from: i % 30, to: (i * 7 + 3) % 30 })).filter(
      ({ from, to }) => from !== to,
    );
    const pairs = [
      { from: word('later'), to: word('later') },
      { from: word('sea'), to: word('ships') },
      { from: word('country'), to: word('peace') },
      ...filler,
    ];
    const { related, shuffled } = relatedPairs(pairs, embedding, tokenizer, 1);
    expect(related.slice(0, 2)).toEqual([true, true]);
    expect(related).toHaveLength(pairs.length);
    // the bar is the 95th percentile of these
    const rate = shuffled.filter(Boolean).length / shuffled.length;
    expect(rate).toBeGreaterThan(0.01);
    expect(rate).toBeLessThan(0.1);
    expect(relatedPairs([], embedding, tokenizer, 1)).toEqual({ related: [], shuffled: [] });
  });

  it('are counted among the compositions of the last layer alone', () => {
    const all = { ...readings, embedding };
    const found = lastCompositions(all, 3);
    const { cases, r, o } = readings.layers.at(-1)!;
    const places = cases.flatMap((name, i) => (name === 'composition' ? [i] : []));
    expect(found.pairs).toEqual(places.map((i) => ({ from: r[i], to: o[i] })));
    const { related } = relatedPairs(found.pairs, embedding, tokenizer, 3);
    expect(found.percent).toBeCloseTo(percent(related), 10);
    expectWritten(found.share, (w) =>
      percent(
        written(
          places.map((place, i) => ({ place, hit: related[i]! })),
          places.map((place) => w[place]!),
        ).map(({ hit }) => hit),
      ),
    );
    const examples = found.examples(true);
    expect(examples.length).toBeLessThanOrEqual(8);
    for (const [kind] of examples) expect(kind).toBe('related');
  });
});
