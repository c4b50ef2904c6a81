import { cka, StreamingCka, type WeightedCka, weightedCka } from '@interlayer/cka';
import type { Matrix } from '@interlayer/linalg';
import { mean } from '@interlayer/stats';
import { type Edit, edit } from '@interlayer/tensor-hooks';
import type * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../../../claim/claim';
import { averageOf, type Statistic, statistic } from '../../../claim/statistic';
import { hiddenStates } from '../../../materials/hidden-states';
import { type Bench, material } from '../../../materials/material';
import { openMatmul } from '../../../materials/matmul';
import type { Specimen } from '../../../subjects/specimen';
import { Unavailable } from '../../../subjects/subject';
import { every } from '../../bert-counts';
import { otherTokensCka } from '../similarity';
import { heldOutStretches, stretchesOf } from './encoders';

const SITES = ['attention.output', 'output'] as const;
const STRETCHES = 64;

/** How similar a model is to itself without one of its feed-forward blocks. */
export interface CutBlocks extends Sample {
  /** At attention outputs, for each block cut: mean CKA with the uncut model over the blocks after it; the last has none. */
  attention: Statistic[];
  /** The same of block outputs, that of the block itself included. */
  output: Statistic[];
  /** The same with all blocks cut, at attention outputs after the first block and at all block outputs. */
  all: [attention: Statistic, output: Statistic];
  /** The same with several blocks cut, by which ones stay: estimates alone, and of the trained model only. */
  patterns: { kept: string; count: number; attention: number; output: number; top: number }[];
  /** Mean CKA between the outputs of neighbouring blocks of the uncut model. */
  neighbours: Statistic;
  /** CKA of block outputs with the uncut model by block cut and block; null before the cut. */
  byBlock: (number | null)[][];
  /** CKA between the block outputs of the uncut model. */
  withItself: (number | null)[][];
  /** Other tokens beside these: what CKA gives of nothing in common. */
  chance: number[];
}

/**
 * Leaves out the feed-forward block of a layer, with its skip and, in a post-LN block, its LayerNorm: the output of the layer is
 * what enters the block.
 */
function cutFeedForward(layer: number): Edit<never>[] {
  let middle: tf.Tensor;
  return [
    edit(`layers.${layer}.middle` as string, (value) => {
      middle = value;
      return value;
    }),
    edit(`layers.${layer}.output` as string, () => middle),
  ];
}

/** A model without the feed-forward blocks of some layers. It shares the weights. */
export const withoutFeedForward = (specimen: Specimen, layers: readonly number[]): Specimen => ({
  ...specimen,
  trace: (tensors, sites) => specimen.trace(tensors, sites, layers.flatMap(cutFeedForward)),
});

/** Which of a model's feed-forward blocks stay: one after every r-th attention block, half of them in one place, or none. */
export function patternsOf(layers: number): [name: string, kept: boolean[]][] {
  const halfFrom = (start: number) => every(layers, 1).map((_, layer) => layer >= start && layer < start + layers / 2);
  const isEven = layers > 2 && layers % 2 === 0;
  return [
    ...[2, 3, 6]
      .filter((period) => period < layers && layers % period === 0)
      .map((period): [string, boolean[]] => [`1 of ${period}`, every(layers, period)]),
    ...(isEven
      ? ([
          ['first half', halfFrom(0)],
          ['middle half', halfFrom(Math.floor(layers / 4))],
          ['last half', halfFrom(layers / 2)],
        ] as [string, boolean[]][])
      : []),
    ['none', every(layers, Number.POSITIVE_INFINITY)],
  ];
}

export const cutBlocks = material<CutBlocks>({
  name: 'cut feed-forward blocks',
  needs: ['encoder', 'memories'],
  sample: stretchesOf(STRETCHES),
  budget: { seconds: 600, megabytes: 2500 },
  async make(bench: Bench) {
    const specimen = await bench.specimen();
    if (specimen.layers < 2) throw new Unavailable('no block comes after a cut: the model has a single layer');
    const runtime = await bench.runtime();
    const { rows, length, units } = await heldOutStretches(STRETCHES, bench);
    const clusters = rows.flatMap((_, row) => Array<number>(length).fill(row));
    const layers = Array.from({ length: specimen.layers }, (_, layer) => layer);
    const read = (cut: readonly number[]) => hiddenStates(withoutFeedForward(specimen, cut), rows, runtime, SITES);
    const { matmul, dispose } = openMatmul(runtime);
    const weighted = (X: Matrix, Y: Matrix) => weightedCka(X, Y, { clusters, matmul });
    const meanOf = (label: string, each: readonly Pick<WeightedCka, 'statistic'>[]) =>
      statistic(units, label, averageOf(each.map(({ statistic }) => statistic)));
    try {
      const uncut = await read([]);
      const outputs = uncut.map(([, output]) => output!);
      /** Comparisons with the uncut model: block outputs from the first cut on, and attention outputs after it. */
      const compared = async <T>(cut: readonly number[], compare: (X: Matrix, Y: Matrix) => Promise<T>) => {
        const states = await read(cut);
        const from = cut[0]!;
        const bySite: [attention: T[], output: T[]] = [[], []];
        for (const layer of layers.slice(from))
          for (const [site, each] of bySite.entries())
            if (site === 1 || layer > from) each.push(await compare(uncut[layer]![site]!, states[layer]![site]!));
        return bySite;
      };
      const attention: Statistic[] = [];
      const output: Statistic[] = [];
      const byBlock: (number | null)[][] = [];
      for (const layer of layers) {
        const [ofAttention, ofOutput] = await compared([layer], weighted);
        const label = `block ${layer + 1} cut`;
        if (ofAttention.length) attention.push(meanOf(label, ofAttention));
        output.push(meanOf(label, ofOutput));
        byBlock.push([...layers.slice(0, layer).map(() => null), ...ofOutput.map(({ value }) => value)]);
        bench.progress((layer + 1) / (layers.length + 2));
      }
      const patterns: CutBlocks['patterns'] = [];
      for (const [kept, pattern] of bench.condition === 'trained' ? patternsOf(layers.length) : []) {
        const cut = layers.filter((layer) => !pattern[layer]);
        const plain = async (X: Matrix, Y: Matrix) => (await cka(X, Y, { matmul })).value ?? Number.NaN;
        const [attention, output] = await compared(cut, plain);
        const count = layers.length - cut.length;
        patterns.push({ kept, count, attention: mean(attention), output: mean(output), top: output.at(-1)! });
      }
      const all = (await compared(layers, weighted)).map((each) => meanOf('all blocks cut', each));
      const neighbours: WeightedCka[] = [];
      const chance: number[] = [];
      for (const layer of layers) {
        if (layer > 0) neighbours.push(await weighted(outputs[layer - 1]!, outputs[layer]!));
        for (const X of uncut[layer]!) chance.push(await otherTokensCka(X, X, { seed: bench.seed, matmul }));
      }
      const own = new StreamingCka({ matmul });
      await own.add(Object.fromEntries(layers.map((layer) => [`layer ${layer + 1}`, outputs[layer]!])));
      return {
        attention,
        output,
        all: all as CutBlocks['all'],
        patterns,
        neighbours: meanOf('neighbouring blocks', neighbours),
        byBlock,
        withItself: own.heatmap().values,
        chance,
        units,
        dropped: [],
        deviations: [],
      };
    } finally {
      await dispose();
    }
  },
});
