import { matrix } from '@interlayer/linalg';
import type { Runtime } from '@interlayer/runtime';
import type { HostTensor } from '@interlayer/tensor-compile';
import { forEachBatch } from '../../materials/batches';
import { type ModelTensors, type Specimen, sharedWeights } from '../../subjects/specimen';
import { type SiteValues, sitesOf } from './layer-of';

/** Calls `use` with what every layer held while the model read each sequence, one sequence after the other. */
export async function forEachSequence(
  specimen: Specimen,
  sequences: readonly { ids: readonly number[] }[],
  { executor }: Runtime,
  use: (layers: SiteValues[], sequence: number, share: number) => Promise<void>,
): Promise<void> {
  const sites = sitesOf(specimen);
  const forward = executor.compile((tensors: ModelTensors) => specimen.trace(tensors, sites), {
    name: 'all states of a layer',
    cacheSize: 2,
    state: sharedWeights(specimen),
  });
  let done = 0;
  try {
    await forEachBatch(sequences, specimen.positions, async (batch, indices) => {
      const layers = (await forward(batch)) as HostTensor[][];
      for (const [row, index] of indices.entries()) {
        const n = sequences[index]!.ids.length;
        const values = layers.map((tensors) =>
          Object.fromEntries(tensors.map((tensor, site) => [sites[site]!, ofRow(tensor, row, n)])),
        );
        await use(values, index, ++done / sequences.length);
      }
    });
  } finally {
    await forward.dispose();
  }
}

/** What one row of a batch holds, without its padding: [n, ·] of [B, T, ·], [heads · n, n] of [B, heads, T, T]. */
function ofRow({ data, shape }: HostTensor, row: number, n: number) {
  const [heads, length] = shape.length === 4 ? [shape[1]!, shape[2]!] : [1, shape[1]!];
  const [columns, kept] = [shape.at(-1)!, shape.length === 4 ? n : shape.at(-1)!];
  const values = new Float32Array(heads * n * kept);
  for (let line = 0; line < heads * n; line++) {
    const from = ((row * heads + Math.floor(line / n)) * length + (line % n)) * columns;
    values.set((data as Float32Array).subarray(from, from + kept), line * kept);
  }
  return matrix(values, kept);
}
