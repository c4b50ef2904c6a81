import { cka, StreamingCka, weightedCka } from '@interlayer/cka';
import { type Matmul, type Matrix, matrix } from '@interlayer/linalg';
import { seedFrom, shuffle } from '@interlayer/text-data';
import { type CheckControl, draw, stat } from '../../claim';
import type { Estimate } from '../../claim/estimator';
import type { Bench } from '../../materials/material';
import { openMatmul } from '../../materials/matmul';
import type { Encoder, EncoderStates } from './materials/encoders';

/** What is compared with what. Reduced models meet a full one of another seed, as two full ones do: none shares its start. */
const PAIRS = {
  ceiling: [['seed-2', 'base']],
  half: [
    ['base', 'half-ffn-seed-2'],
    ['seed-2', 'half-ffn'],
  ],
  third: [['seed-2', 'third-ffn']],
  none: [['seed-2', 'no-ffn']],
  floor: [['seed-2', 'untrained']],
} as const satisfies Record<string, readonly (readonly [Encoder, Encoder | 'untrained'])[]>;

export type Comparison = keyof typeof PAIRS;
export const comparisons = Object.keys(PAIRS) as Comparison[];

/** CKA at one site: each comparison layer by layer, and its mean over layers. */
export interface SiteSimilarity {
  layers: Record<Comparison, stat.Statistic[]>;
  mean: Record<Comparison, stat.Statistic>;
  /** Every layer of a full model with every layer of one with half of the blocks, from another seed: [full][half]. */
  matrix: number[][];
  /** Other tokens beside these: what CKA gives of nothing in common, by layer. */
  chance: number[];
}

/** Debiased linear CKA between models at each site, for every weighting of the stretches of text. */
export async function similarities(
  { states, rows, length, units }: EncoderStates,
  sites: readonly string[],
  bench: Bench,
): Promise<SiteSimilarity[]> {
  const { matmul, dispose } = openMatmul(await bench.runtime());
  const clusters = rows.flatMap((_, row) => Array<number>(length).fill(row));
  const layers = states.base.length;
  let done = 0;
  try {
    const found: SiteSimilarity[] = [];
    for (const [site, name] of sites.entries()) {
      const of = {} as SiteSimilarity['layers'];
      for (const comparison of comparisons) {
        const byLayer: stat.Weighted[] = [];
        for (let layer = 0; layer < layers; layer++) {
          const each: stat.Weighted[] = [];
          for (const [one, other] of PAIRS[comparison]) {
            const [X, Y] = [states[one][layer]![site]!, states[other][layer]![site]!];
            each.push((await weightedCka(X, Y, { clusters, matmul })).statistic);
          }
          byLayer.push(stat.averageOf(each));
          bench.progress(++done / (sites.length * comparisons.length * layers));
        }
        of[comparison] = stat.byLayer(units, byLayer);
      }
      const chance: number[] = [];
      for (let layer = 0; layer < layers; layer++) {
        const [X, Y] = [states['seed-2'][layer]![site]!, states.base[layer]![site]!];
        chance.push(await otherTokensCka(X, Y, { seed: bench.seed, matmul }));
      }
      const all = new StreamingCka({ matmul });
      await all.add(pointsAt(states.base, site), pointsAt(states['half-ffn-seed-2'], site));
      const matrix = all.heatmap().values.map((row) => row.map((value) => value ?? Number.NaN));
      const mean = Object.fromEntries(
        comparisons.map((comparison) => [
          comparison,
          stat.statistic(units, name, stat.averageOf(of[comparison].map(({ of }) => of))),
        ]),
      ) as SiteSimilarity['mean'];
      found.push({ layers: of, mean, matrix, chance });
    }
    return found;
  } finally {
    await dispose();
  }
}

/** The states of all layers at one site, by layer. */
const pointsAt = (layers: readonly (readonly Matrix[])[], site: number) =>
  Object.fromEntries(layers.map((sites, layer) => [`layer ${layer + 1}`, sites[site]!]));

/** CKA where the two sides have nothing in common: the tokens of one in another order. */
export const otherTokensCka = async (X: Matrix, Y: Matrix, { seed, matmul }: { seed: number; matmul: Matmul }) =>
  (await cka(X, permuted(Y, seed), { matmul })).value ?? Number.NaN;

/** That CKA of other tokens is about 0: the estimate has no bias. */
export const otherTokens = <S>(chanceOf: (measured: S) => readonly number[]): CheckControl<unknown, S> => ({
  record: {
    name: 'other tokens',
    kind: 'positive',
    description: 'CKA of two models, or of one with itself, the tokens of one side in another order',
    expected: 'within 0.02 of 0 in every layer: the estimate has no bias',
  },
  check(_, [trained]) {
    const largest = Math.max(...chanceOf(trained!).map(Math.abs));
    return { passed: largest < 0.02, detail: `at most ${largest.toFixed(4)} away from 0` };
  },
});

/** The same rows in another order. */
function permuted({ data, rows, columns }: Matrix, seed: number): Matrix {
  const order = shuffle(
    Array.from({ length: rows }, (_, i) => i),
    seedFrom(seed, 'other tokens'),
  );
  const moved = new Float32Array(rows * columns);
  for (const [to, from] of order.entries())
    moved.set((data as Float32Array).subarray(from * columns, (from + 1) * columns), to * columns);
  return matrix(moved, columns);
}

/** The lines of a figure: what is compared, and how it is drawn. */
const LINES: Record<Comparison, readonly [name: string, role: 'ours' | 'ceiling' | 'untrained', variant?: number]> = {
  ceiling: ['all blocks, other seed (ceiling)', 'ceiling'],
  half: ['half of the blocks', 'ours', 0],
  third: ['a third of the blocks', 'ours', 1],
  none: ['no block', 'ours', 2],
  floor: ['untrained (floor)', 'untrained'],
};

/** How like a full model the others are at one site, layer by layer. */
export const similarityFigure = (
  site: string,
  { layers, chance }: SiteSimilarity,
  estimate: (statistics: readonly stat.Statistic[]) => Estimate[],
) =>
  draw.depth(
    `Similarity to a full model: ${site}`,
    'debiased linear CKA',
    { range: [0, 1], note: 'Whiskers: 95 % intervals.' },
    [
      ...comparisons.map((comparison) => {
        const [name, role, variant] = LINES[comparison];
        return draw.line(name, role, draw.whiskers(estimate(layers[comparison])), variant);
      }),
      draw.line('other tokens (chance)', 'shuffled', chance),
    ],
  );

/** Which layers of a model with half of the blocks are like which of a full one, at one site. */
export const similarityMatrix = (site: string, { matrix }: SiteSimilarity) =>
  draw.heatmap(
    `Similarity of all layers: ${site}`,
    'debiased linear CKA',
    {
      rows: matrix.map((_, i) => String(i + 1)),
      columns: matrix.map((_, i) => String(i + 1)),
      axes: { rows: 'layer of a full model', columns: 'layer with half of the blocks' },
      range: [0, 1],
      note: 'The two models come from different seeds.',
    },
    matrix,
  );
