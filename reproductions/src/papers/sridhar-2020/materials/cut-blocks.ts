import { StreamingCka, type WeightedCka, weightedCka } from '@interlayer/cka';
import type { Matrix } from '@interlayer/linalg';
import { type Edit, edit } from '@interlayer/tensor-hooks';
import type * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../../../claim/claim';
import { averageOf, type Statistic, statistic } from '../../../claim/statistic';
import { hiddenStates } from '../../../materials/hidden-states';
import { type Bench, material } from '../../../materials/material';
import { openMatmul } from '../../../materials/matmul';
import type { Specimen } from '../../../subjects/specimen';
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

export const cutBlocks = material<CutBlocks>({
  name: 'cut feed-forward blocks',
  needs: ['encoder', 'memories'],
  sample: stretchesOf(STRETCHES),
  budget: { seconds: 600, megabytes: 2500 },
  async make(bench: Bench) {
    const specimen = await bench.specimen();
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
      /** CKA with the uncut model, of attention outputs after layer `from` and of block outputs from there on. */
      const agreement = async (cut: readonly number[], from: number) => {
        const states = await read(cut);
        const bySite: [attention: WeightedCka[], output: WeightedCka[]] = [[], []];
        for (const layer of layers.slice(from))
          for (const [site, each] of bySite.entries())
            if (site === 1 || layer > from) each.push(await weighted(uncut[layer]![site]!, states[layer]![site]!));
        return bySite;
      };
      const attention: Statistic[] = [];
      const output: Statistic[] = [];
      const byBlock: (number | null)[][] = [];
      for (const layer of layers) {
        const [ofAttention, ofOutput] = await agreement([layer], layer);
        const label = `block ${layer + 1} cut`;
        if (ofAttention.length) attention.push(meanOf(label, ofAttention));
        output.push(meanOf(label, ofOutput));
        byBlock.push([...layers.slice(0, layer).map(() => null), ...ofOutput.map(({ value }) => value)]);
        bench.progress((layer + 1) / (layers.length + 2));
      }
      const all = (await agreement(layers, 0)).map((each) => meanOf('all blocks cut', each));
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
