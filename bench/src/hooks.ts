import { type BertModel, createBert } from '@interlayer/bert-model';
import { startBackend } from '@interlayer/runtime';
import { gelu, layerNorm } from '@interlayer/tensor-compile';
import { capture } from '@interlayer/tensor-hooks';
import { applyLinear, attentionScores, type BlockWeights, type Norm } from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import type { Benchmark } from './benchmark';
import { interleave, median } from './interleave';

const HEADS = 4;
const EPSILON = 1e-12;

/** The same forward pass written without any hook point: what unused points are compared with. */
function plain({ weights, blocks }: BertModel, ids: tf.Tensor2D): tf.Tensor {
  return tf.tidy(() => {
    const [batch, length] = ids.shape;
    const normalize = (x: tf.Tensor, { gain, bias }: Norm) => layerNorm(x, gain, bias, EPSILON);
    const table = (name: string) => weights[`bert.embeddings.${name}_embeddings.weight`]!;
    const width = table('word').shape[1]!;
    const size = width / HEADS;
    const embedded = tf.add(
      tf.add(tf.gather(table('word'), ids), tf.slice(table('token_type'), [0, 0], [1, width])),
      tf.slice(table('position'), [0, 0], [length, width]),
    );
    let x = normalize(embedded, {
      gain: weights['bert.embeddings.LayerNorm.weight']! as tf.Tensor as tf.Tensor1D,
      bias: weights['bert.embeddings.LayerNorm.bias']! as tf.Tensor as tf.Tensor1D,
    });
    for (const { attention, feedForward } of blocks)
      x = tf.tidy(() => {
        const projections = attention.projections as Exclude<
          BlockWeights['attention']['projections'],
          { weight: unknown }
        >;
        const [q, k, v] = projections.map((projection) =>
          tf.transpose(tf.reshape(applyLinear(x, projection), [batch, length, HEADS, size]), [0, 2, 1, 3]),
        ) as [tf.Tensor, tf.Tensor, tf.Tensor];
        const attended = tf.matMul(tf.softmax(attentionScores(q, k)), v);
        const context = tf.reshape(tf.transpose(attended, [0, 2, 1, 3]), [batch, length, width]);
        const middle = normalize(tf.add(x, applyLinear(context, attention.output)), attention.norm);
        const hidden = gelu(applyLinear(middle, feedForward!.up), 'erf');
        return normalize(tf.add(middle, applyLinear(hidden, feedForward!.down)), feedForward!.norm);
      });
    return x;
  });
}

/** An upper bound of the median of `values` that holds with at least 95 % (order statistic; no distribution assumed). */
function medianUpperBound(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  // The smallest k with P(Binomial(n, ½) ≤ k − 1) ≥ 0.95: the k-th smallest value bounds the median.
  let term = 2 ** -n;
  let below = 0;
  for (let k = 0; k < n; k++) {
    below += term;
    if (below >= 0.95) return sorted[k]!;
    term *= (n - k) / (k + 1);
  }
  return Number.POSITIVE_INFINITY;
}

/** What hook points cost an eager forward pass: unused, and all of them captured. */
export const hooks: Benchmark = {
  name: 'hooks',
  async run({ rounds }) {
    await startBackend({ backend: 'wasm', log: () => {} });
    const model = createBert(
      { vocab_size: 4096, hidden_size: 128, num_hidden_layers: 6, num_attention_heads: HEADS, layer_norm_eps: EPSILON },
      { seed: 1 },
    );
    const ids = tf.tensor2d(
      Int32Array.from({ length: 8 * 64 }, (_, i) => (i * 7919) % 4096),
      [8, 64],
      'int32',
    );
    const expected = plain(model, ids);
    const { hidden } = model.run({ ids });
    const [a, b] = [expected.dataSync(), hidden.dataSync()];
    if (a.some((value, i) => value !== b[i])) throw new Error('the plain forward pass differs from the hooked one');
    tf.dispose([expected, hidden]);
    const bare = { name: 'without points', run: async () => plain(model, ids).dispose() as undefined };
    const unused = { name: 'points unused', run: async () => model.run({ ids }).hidden.dispose() as undefined };
    const all = {
      name: 'all points captured',
      run: async () => capture(model, model.points, { ids }).dispose() as undefined,
    };
    // The median of a few hundred pairs is known to a fraction of a percent even where single runs differ by ten.
    const pairs = await interleave([bare, unused], { rounds: Math.max(301, rounds), warmUp: 10 });
    const captured = await interleave([bare, all], { rounds: Math.max(61, rounds), warmUp: 2 });
    const count = model.points.length;
    tf.dispose(ids);
    model.dispose();
    const overhead = (times: Record<string, number[]>, name: string) =>
      times[name]!.map((ms, i) => ms / times[bare.name]![i]! - 1);
    const unusedOverhead = overhead(pairs, unused.name);
    return {
      title: `eager forward pass with ${count} hook points (wasm, 6 layers, d 128, 8 × 64)`,
      unit: 'ms',
      medians: {
        [bare.name]: median(pairs[bare.name]!),
        [unused.name]: median(pairs[unused.name]!),
        [all.name]: median(captured[all.name]!),
      },
      ratios: {
        unusedOverhead: median(unusedOverhead),
        unusedOverheadUpper95: medianUpperBound(unusedOverhead),
        capturedOverhead: median(overhead(captured, all.name)),
      },
      notes: { pairs: unusedOverhead.length, bar: 'unusedOverheadUpper95 ≤ 0.02' },
    };
  },
};
