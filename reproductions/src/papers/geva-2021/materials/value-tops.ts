import { topTokens } from '@interlayer/ffn-memory';
import type { Runtime } from '@interlayer/runtime';
import { type Pairs, pairsOf } from '../../../conditions/shuffled-pairs';
import { type Material, material } from '../../../materials/material';
import { openReader } from '../../../materials/reader';
import { type Specimen, valuesOf } from '../../../subjects/specimen';

/** What each cell of a layer promotes; with a negative coefficient, where it can have one. */
export interface ValueTops {
  valueTop: Int32Array;
  reversedTop?: Int32Array;
}

/**
 * The top token of every value of every layer, read out bare. A readout of all cells by the whole vocabulary, the largest product
 * of the paper, so only claims that ask which cell says what wait for it.
 */
export const valueTops: Material<ValueTops[]> = material({
  name: 'top tokens of values',
  needs: ['memories', 'readout'],
  budget: { seconds: 60, megabytes: 1500 },
  async make(bench) {
    if (bench.condition !== 'shuffled')
      return readValueTops(await bench.specimen(), await bench.runtime(), bench.progress);
    // The same values in another order have the same top tokens in that order.
    const trained = await bench.get(valueTops, 'trained');
    const shape = { layers: trained.length, cells: trained[0]!.valueTop.length };
    return inOrder(trained, pairsOf(shape, bench.seed));
  },
});

/** The top tokens of values that are paired with other keys. */
export const inOrder = (tops: readonly ValueTops[], pairs: Pairs): ValueTops[] =>
  tops.map(({ valueTop, reversedTop }, layer) => {
    const ordered = (tokens: Int32Array) => Int32Array.from(pairs[layer]!, (cell) => tokens[cell]!);
    return { valueTop: ordered(valueTop), ...(reversedTop && { reversedTop: ordered(reversedTop) }) };
  });

/** @throws Error for a model without a readout. */
export async function readValueTops(
  specimen: Specimen,
  runtime: Runtime,
  progress: (share: number) => void = () => {},
): Promise<ValueTops[]> {
  const readout = specimen.readouts.at(-1);
  if (!readout) throw new Error('The model has no readout, so its values promote no tokens.');
  const { embedding, options, dispose } = await openReader(readout, runtime);
  try {
    const tops: ValueTops[] = [];
    for (let layer = 0; layer < specimen.layers; layer++) {
      const values = await valuesOf(specimen, layer);
      tops.push({
        valueTop: await topTokens(values, embedding, options),
        ...(specimen.gated && { reversedTop: await topTokens(values, embedding, { ...options, side: 'negative' }) }),
      });
      progress((layer + 1) / specimen.layers);
    }
    return tops;
  } finally {
    await dispose();
  }
}
