import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import { logitsOf } from '../../../materials/reader';
import type { Specimen } from '../../../subjects/specimen';
import type { AskedRow } from './asked-rows';

/** How well a model predicts the tokens that each row of text asks for: masked ones, or the next one at every place. */
export interface TokenScores {
  /** [row]: share of these tokens that it ranks first, percent. */
  accuracy: Float64Array;
  /** [row]: cross-entropy, nats per token. */
  loss: Float64Array;
}

/** Most tokens in a batch. */
const TOKENS = 1024;

/** A batch of rows of one length. */
export interface AskedBatch {
  rows: readonly AskedRow[];
  /** What the model reads, [B, T]. */
  tensors: { ids: HostTensor; mask: HostTensor };
  /** What it should predict: indices into the flattened batch, and the tokens there. */
  asked: { places: HostTensor; labels: HostTensor };
}

function batchesOf(rows: readonly AskedRow[]): AskedRow[][] {
  const size = Math.max(1, Math.floor(TOKENS / rows[0]!.ids.length));
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size));
}

/** Rows in batches. */
export const askedBatches = (all: readonly AskedRow[]): AskedBatch[] =>
  batchesOf(all).map((rows) => {
    const length = rows[0]!.ids.length;
    const shape = [rows.length, length];
    const flat = (of: (row: AskedRow, index: number) => number[]) => {
      const values = rows.flatMap(of);
      return hostTensor(values, [values.length], 'int32');
    };
    return {
      rows,
      tensors: {
        ids: hostTensor(
          rows.flatMap(({ ids }) => [...ids]),
          shape,
          'int32',
        ),
        mask: hostTensor(new Float32Array(rows.length * length).fill(1), shape),
      },
      asked: {
        places: flat(({ places }, row) => Array.from(places, (place) => row * length + place)),
        labels: flat(({ labels }) => [...labels]),
      },
    };
  });

/** What a model ranks first at some places of a stream [B, T, d], and its loss there in nats: [N] each. */
export function predictions(
  specimen: Pick<Specimen, 'readouts' | 'width'>,
  stream: tf.Tensor3D,
  { places, labels }: { places: tf.Tensor1D; labels: tf.Tensor1D },
) {
  const vectors = tf.gather(tf.reshape(stream, [-1, specimen.width]), places) as tf.Tensor2D;
  const readout = specimen.readouts[0]!;
  const logits = logitsOf(readout)(vectors);
  // The embedding of each label, not the logits times a one-hot matrix as large as they are.
  const { states, embedding, bias } = readout;
  const products = tf.sum(tf.mul(states(vectors), tf.gather(embedding, labels)), 1);
  const labelLogits = bias ? tf.add(products, tf.gather(bias, labels)) : products;
  return { top: tf.argMax(logits, 1), losses: tf.sub(tf.logSumExp(logits, 1), labelLogits) };
}

/** What a model predicts for one batch. */
export interface Predicted {
  rows: readonly AskedRow[];
  top: ArrayLike<number>;
  losses: ArrayLike<number>;
}

/** The scores of all rows, batch after batch: means over the tokens that each row asks for. */
export function scoresOf(batches: readonly Predicted[]): TokenScores {
  const [accuracy, loss]: [number[], number[]] = [[], []];
  for (const { rows, top, losses } of batches) {
    let from = 0;
    for (const { labels } of rows) {
      let [hits, sum] = [0, 0];
      for (const label of labels) {
        if (top[from] === label) hits++;
        sum += losses[from++]!;
      }
      accuracy.push((100 * hits) / labels.length);
      loss.push(sum / labels.length);
    }
  }
  return { accuracy: Float64Array.from(accuracy), loss: Float64Array.from(loss) };
}
