import { type Matrix, matrix } from '@interlayer/linalg';
import type { Runtime } from '@interlayer/runtime';
import type { HostTensor } from '@interlayer/tensor-compile';
import { seedFrom, shuffle } from '@interlayer/text-data';
import { type ModelTensors, type Site, type Specimen, sharedWeights } from '../subjects/specimen';
import { forEachBatch } from './batches';

/** A stretch of a text, without special tokens. */
export interface TokenRow {
  ids: readonly number[];
  /** Index of the text. */
  text: number;
}

/** Stretches of `length` tokens, drawn from all that the texts have; the drawn ones keep the order of the texts. */
export function drawRows(
  texts: readonly { text: string }[],
  { tokenizer }: Pick<Specimen, 'tokenizer'>,
  { count, length, seed }: { count: number; length: number; seed: number },
): TokenRow[] {
  const all = texts.flatMap(({ text }, index) => {
    const { ids } = tokenizer.encode(text, { addSpecialTokens: false });
    return Array.from({ length: Math.floor(ids.length / length) }, (_, i) => ({
      ids: ids.slice(i * length, (i + 1) * length),
      text: index,
    }));
  });
  const order = shuffle(
    all.map((_, i) => i),
    seedFrom(seed, 'stretches of text'),
  );
  return order
    .slice(0, count)
    .sort((a, b) => a - b)
    .map((i) => all[i]!);
}

/**
 * What a model holds at every token of some rows, an encoder's without [CLS] and [SEP]: [layer][site], one row for each token, in the order
 * of the rows, [tokens, width of the site].
 */
export async function hiddenStates(
  specimen: Specimen,
  rows: readonly TokenRow[],
  runtime: Runtime,
  sites: readonly Site[],
): Promise<Matrix[][]> {
  const { kind, layers, cells, width, positions, tokenizer } = specimen;
  const { cls, sep } = tokenizer.special;
  const starts: number[] = [];
  let count = 0;
  for (const { ids } of rows) {
    starts.push(count);
    count += ids.length;
  }
  const states = Array.from({ length: layers }, () =>
    sites.map((site) => {
      const columns = site === 'ffn.hidden' || site === 'ffn.preactivation' ? cells : width;
      return matrix(new Float32Array(count * columns), columns);
    }),
  );
  const forward = runtime.executor.compile((tensors: ModelTensors) => specimen.trace(tensors, sites), {
    name: sites.join(', '),
    cacheSize: 2,
    state: sharedWeights(specimen),
  });
  const lead = kind === 'masked' ? 1 : 0;
  const inputs = rows.map(({ ids }) => ({ ids: lead ? [cls!, ...ids, sep!] : ids }));
  try {
    await forEachBatch(inputs, positions, async (batch, indices, padded) => {
      const values = (await forward(batch)) as HostTensor[][];
      for (const [layer, ofSites] of values.entries())
        for (const [site, { data, shape }] of ofSites.entries()) {
          const { columns, data: into } = states[layer]![site]!;
          if (shape.length !== 3 || shape[2] !== columns)
            throw new Error(`${sites[site]} has shape [${shape.join(', ')}], not ${columns} numbers for each token.`);
          for (const [row, index] of indices.entries()) {
            const from = (row * padded + lead) * columns;
            const tokens = (data as Float32Array).subarray(from, from + rows[index]!.ids.length * columns);
            (into as Float32Array).set(tokens, starts[index]! * columns);
          }
        }
    });
  } finally {
    await forward.dispose();
  }
  return states;
}
