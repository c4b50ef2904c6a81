import { type AmplifiedPair, amplifiedPairs, type CellOptions, type Layer } from '@interlayer/attention-maps';
import type { Matrix } from '@interlayer/linalg';
import { ranks, spearman } from '@interlayer/stats';
import type { Sequence } from './materials/sequences';
import { CATEGORIES, type Category, categoryOf } from './pair-categories';
import { cellsOf } from './scopes';

type Read = Pick<Sequence, 'ids' | 'words' | 'expressions' | 'counted'>;

/** Pairs on each side of the list of amplified ones. */
export const TOP = 50;
/** Fewer pairs than these have no correlation worth a number. */
const FEWEST = 10;

/** The pairs that a part of a layer amplifies most and least, with what they are, and how far PMI goes with amplification. */
export function amplificationOf(
  { before, after }: Record<'before' | 'after', Matrix>,
  sequence: Read,
  pmi: Float64Array,
  cells: CellOptions,
) {
  const options = { ...cells, diagonal: false };
  const [most, least] = (['most', 'least'] as const).map((side) => amplifiedPairs(before, after, { side, ...options }));
  const typed = (pairs: readonly AmplifiedPair[]) =>
    pairs
      .slice(0, TOP)
      .map(({ target, source, change }) => ({ change, category: categoryOf(sequence, target, source) }));
  const pmiAt = ({ target, source }: AmplifiedPair) => pmi[target * sequence.ids.length + source]!;
  const known = [...most!, ...least!].filter((pair) => !Number.isNaN(pmiAt(pair)));
  const [changes, pmis] = [known.map(({ change }) => change), known.map(pmiAt)];
  const few = known.length < FEWEST;
  return {
    amplified: { most: typed(most!), least: typed(least!) },
    pmi: few ? Number.NaN : spearman(changes, pmis),
    plantedPmi: few ? Number.NaN : spearman(plus(ranks(changes), ranks(pmis)), pmis),
  };
}

const plus = (a: Float64Array, b: Float64Array) => a.map((value, i) => value + b[i]!);

/** The counted cells of a map without its diagonal. */
function* pairsOf({ cells, tokens }: CellOptions, n: number): Generator<[target: number, source: number]> {
  for (let target = 0; target < n; target++)
    for (let source = 0; source < (cells === 'lower' ? target : n); source++)
      if (source !== target && tokens![target] && tokens![source]) yield [target, source];
}

/** How many pairs are of each category: what random pairs would be, and those that stand side by side. */
export function pairCounts(norm: Layer['norm'], sequence: Read): Record<'all' | 'adjacent', Record<Category, number>> {
  const none = () => Object.fromEntries(CATEGORIES.map((category) => [category, 0])) as Record<Category, number>;
  const counts = { all: none(), adjacent: none() };
  for (const [target, source] of pairsOf(cellsOf(norm, sequence), sequence.ids.length)) {
    const category = categoryOf(sequence, target, source);
    counts.all[category]++;
    if (Math.abs(target - source) === 1) counts.adjacent[category]++;
  }
  return counts;
}

/** Mean contribution between tokens of one name or expression over that between any two tokens; NaN where there is no such pair. */
export function expressionShareOf({ data }: Matrix, sequence: Read, cells: CellOptions): number {
  let [inside, insides, any, all] = [0, 0, 0, 0];
  const n = sequence.ids.length;
  const sums = new Float64Array(n);
  for (const [target, source] of pairsOf(cells, n)) sums[target]! += data[target * n + source]!;
  for (const [target, source] of pairsOf(cells, n)) {
    const share = sums[target] === 0 ? 0 : data[target * n + source]! / sums[target]!;
    any += share;
    all++;
    if (categoryOf(sequence, target, source) !== 'name or expression') continue;
    inside += share;
    insides++;
  }
  return inside / insides / (any / all);
}
