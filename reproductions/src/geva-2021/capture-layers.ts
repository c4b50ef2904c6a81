import { type Matrix, matrix } from '@interlayer/ffn-memory';
import type { GptInputs, GptModel, GptPoint, GptStates } from '@interlayer/gpt-model';
import type { Runtime } from '@interlayer/runtime';
import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import { capture } from '@interlayer/tensor-hooks';
import * as tf from '@tensorflow/tfjs-core';
import type { Prefix } from './held-out-prefixes';

/** What a layer holds at the last token of each prefix, one row a prefix. */
export interface CapturedLayer {
  /** r: the stream after attention, the block's un-normalised input, [n, d]. */
  residual: Matrix;
  /** m: the memory coefficients, [n, cells]. */
  coefficients: Matrix;
  /** y: the feed-forward output with its bias, [n, d]. */
  output: Matrix;
  /** o = r + y: the stream after the layer, [n, d]. */
  after: Matrix;
}

const NAMES = { residual: 'middle', coefficients: 'ffn.hidden', output: 'ffn.output', after: 'output' } as const;
const BATCH = 64;
const BUCKET = 16;

/**
 * Calls `use` for batches of prefixes of like length, with the inputs padded on the right (which a causal mask makes
 * invisible) and the rows that they are.
 */
export async function forEachBatch(
  prefixes: readonly Prefix[],
  positions: number,
  use: (inputs: { ids: HostTensor; last: HostTensor }, rows: readonly number[]) => Promise<void>,
): Promise<void> {
  const byLength = [...prefixes.keys()].sort((a, b) => prefixes[a]!.ids.length - prefixes[b]!.ids.length || a - b);
  for (let from = 0; from < byLength.length; from += BATCH) {
    const rows = byLength.slice(from, from + BATCH);
    const longest = prefixes[rows.at(-1)!]!.ids.length;
    const length = Math.min(positions, Math.ceil(longest / BUCKET) * BUCKET);
    // All batches have the same number of rows, so that fewer shapes are compiled; what fills up the last one is not read.
    const shape = [BATCH, length];
    const ids = new Int32Array(BATCH * length);
    const last = new Float32Array(BATCH * length);
    for (let row = 0; row < BATCH; row++) {
      const own = prefixes[rows[row] ?? rows[0]!]!.ids;
      ids.set(own, row * length);
      last[row * length + own.length - 1] = 1;
    }
    await use({ ids: hostTensor(ids, shape, 'int32'), last: hostTensor(last, shape, 'float32') }, rows);
  }
}

/** The values [B, T, k] at the last token of each row, [B, k]: a product with a 0/1 row picks them without rounding. */
export const pickLast = (values: tf.Tensor3D, last: tf.Tensor2D): tf.Tensor2D =>
  tf.squeeze(tf.matMul(tf.expandDims(last, 1) as tf.Tensor3D, values), [1]);

/** Runs the model over the prefixes and keeps what every layer holds at their last tokens. */
export async function captureLayers(
  model: GptModel,
  prefixes: readonly Prefix[],
  { executor }: Runtime,
): Promise<CapturedLayer[]> {
  const { n_embd: width, n_inner: cells, n_positions: positions } = model.config;
  const layers = model.order.map((_, slot) => {
    const empty = (columns: number) => matrix(new Float32Array(prefixes.length * columns), columns);
    const found: CapturedLayer = {
      residual: empty(width),
      coefficients: empty(cells),
      output: empty(width),
      after: empty(width),
    };
    return { slot, found };
  });
  const places = layers.flatMap(({ slot, found }) =>
    (Object.keys(NAMES) as (keyof CapturedLayer)[]).map((name) => ({
      point: `layers.${slot}.${NAMES[name]}` as GptPoint,
      target: found[name],
    })),
  );
  const points = places.map(({ point }) => point);
  const headless = model.withHead(false);
  const forward = executor.compile(
    ({ ids, last }: { ids: tf.Tensor2D; last: tf.Tensor2D }) => {
      const { tensors } = capture<GptPoint, GptInputs, GptStates>(headless, points, { ids });
      return Object.fromEntries(points.map((point) => [point, pickLast(tensors[point] as tf.Tensor3D, last)]));
    },
    { name: 'layers at the last token' },
  );
  try {
    await forEachBatch(prefixes, positions, async (inputs, rows) => {
      const found = (await forward(inputs)) as Record<string, HostTensor>;
      for (const { point, target } of places)
        for (const [i, row] of rows.entries())
          target.data.set(
            (found[point]!.data as Float32Array).subarray(i * target.columns, (i + 1) * target.columns),
            row * target.columns,
          );
    });
  } finally {
    await forward.dispose();
  }
  return layers.map(({ found }) => found);
}
