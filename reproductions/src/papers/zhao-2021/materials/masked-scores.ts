import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import type { Specimen } from '../../../subjects/specimen';
import type { AskedRow } from './asked-rows';

/** How well a model predicts the tokens that it is asked for: a number for each row of text. */
export interface MaskedScores {
  /** Share of these tokens that it ranks first, percent. */
  accuracy: Float64Array;
  /** Nats a token. */
  loss: Float64Array;
}

/** Most tokens that are read together. */
const TOKENS = 1024;

/** Rows that are read together, all of one length, with the tensors that the model reads and those that say what it should predict. */
export interface MaskedBatch {
  rows: readonly AskedRow[];
  tensors: { ids: HostTensor; mask: HostTensor };
  /** Indices into the flattened batch, and the tokens there. */
  asked: { places: HostTensor; labels: HostTensor };
}

function batchesOf(rows: readonly AskedRow[]): AskedRow[][] {
  const size = Math.max(1, Math.floor(TOKENS / rows[0]!.ids.length));
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size));
}

export const maskedBatches = (all: readonly AskedRow[]): MaskedBatch[] =>
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

/** The scores of all tokens that a model's own readout gives states, [n, d] to [n, V]. */
export function tokenScores({ readouts }: Pick<Specimen, 'readouts'>, h: tf.Tensor2D): tf.Tensor2D {
  const { states, embedding, bias } = readouts[0]!;
  const product: tf.Tensor2D = tf.matMul(states(h), embedding as tf.Tensor2D, false, true);
  return bias ? tf.add(product, bias) : product;
}

/** What a model ranks first at some places of a stream [B, T, d], and its loss there in nats: [N] each. */
export function predictions(
  specimen: Pick<Specimen, 'readouts' | 'width'>,
  stream: tf.Tensor3D,
  { places, labels }: { places: tf.Tensor1D; labels: tf.Tensor1D },
) {
  const vectors = tf.gather(tf.reshape(stream, [-1, specimen.width]), places) as tf.Tensor2D;
  const scores = tokenScores(specimen, vectors);
  // The row of each label, not the scores times a one-hot matrix as large as they are.
  const { states, embedding, bias } = specimen.readouts[0]!;
  const products = tf.sum(tf.mul(states(vectors), tf.gather(embedding, labels)), 1);
  const ofLabels = bias ? tf.add(products, tf.gather(bias, labels)) : products;
  return { top: tf.argMax(scores, 1), losses: tf.sub(tf.logSumExp(scores, 1), ofLabels) };
}

/** The predictions of one batch. */
export interface Predicted {
  rows: readonly AskedRow[];
  top: ArrayLike<number>;
  losses: ArrayLike<number>;
}

/** Means over the asked tokens of each row, of all batches in turn. */
export function scoresOf(batches: readonly Predicted[]): MaskedScores {
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
