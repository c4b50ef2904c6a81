import { type BertModel, createBert } from '@interlayer/bert-model';
import { startBackend } from '@interlayer/runtime';
import { median } from '@interlayer/stats';
import { createExecutor, gelu, type HostTensor, layerNorm, toTensor } from '@interlayer/tensor-compile';
import { capture } from '@interlayer/tensor-hooks';
import { applyLinear, attentionScores, type BlockWeights, type Norm } from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import type { Benchmark } from './benchmark';
import { type Contestant, interleave } from './interleave';
import { spreadIds } from './subject';

const HEADS = 4;
const EPSILON = 1e-12;

/** The same forward pass without hook points, to compare unused points with. */
function plain({ weights, blocks }: BertModel, ids: tf.Tensor2D): tf.Tensor {
  return tf.tidy(() => {
    const [batch, length] = ids.shape;
    const normalize = (x: tf.Tensor, { gain, bias }: Norm) => layerNorm(x, gain, bias!, EPSILON);
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

/** An upper bound for the median of `values` with at least 95 % confidence (an order statistic; no distribution assumed). */
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

interface Contestants {
  /** The pass without points. */
  bare: Contestant['run'];
  unused: Contestant['run'];
  captured: Contestant['run'];
  /** Copying what is captured and nothing else; absent where nothing is copied. */
  copies?: Contestant['run'];
}

/** Medians in milliseconds, and what points add to a pass as shares of it, not counting copies. */
async function measure(contestants: Contestants, rounds: number) {
  const named = (...names: (keyof Contestants)[]): Contestant[] =>
    names.flatMap((name) => (contestants[name] ? { name, run: contestants[name] } : []));
  // The median of a few hundred pairs is accurate to a fraction of a percent even if single runs differ by ten percent.
  const pairs = await interleave(named('bare', 'unused'), { rounds: Math.max(301, rounds), warmUp: 10 });
  const some = await interleave(named('bare', 'captured', 'copies'), { rounds: Math.max(61, rounds), warmUp: 2 });
  const unused = pairs.unused!.map((ms, i) => ms / pairs.bare![i]! - 1);
  const captured = (copies: readonly number[] = []) =>
    median(some.captured!.map((ms, i) => (ms - (copies[i] ?? 0)) / some.bare![i]! - 1));
  return {
    medians: {
      'without points': median(pairs.bare!),
      'points unused': median(pairs.unused!),
      'all points captured': median(some.captured!),
      ...(some.copies && { 'copies of all points': median(some.copies) }),
    },
    pairs: unused.length,
    overheads: {
      unusedOverhead: median(unused),
      unusedOverheadUpper95: medianUpperBound(unused),
      capturedOverhead: captured(some.copies),
      ...(some.copies && { capturedOverheadWithCopies: captured() }),
    },
  };
}

/** On eager wasm, where captured values are not copied. */
async function measureEager(model: BertModel, host: HostTensor, rounds: number) {
  const ids = toTensor(host) as tf.Tensor2D;
  const expected = plain(model, ids);
  const { hidden } = model.run({ ids });
  const [a, b] = [expected.dataSync(), hidden.dataSync()];
  if (a.some((value, i) => value !== b[i])) throw new Error('the plain forward pass differs from the hooked one');
  tf.dispose([expected, hidden]);
  const measured = await measure(
    {
      bare: async () => plain(model, ids).dispose() as undefined,
      unused: async () => model.run({ ids }).hidden.dispose() as undefined,
      captured: async () => capture(model, { ids }, model.points).dispose() as undefined,
    },
    rounds,
  );
  ids.dispose();
  return measured;
}

/** Compiled: captured points are outputs of the graph, returned as new arrays. */
async function measureCompiled(model: BertModel, ids: HostTensor, threads: number, rounds: number) {
  const executor = await createExecutor({ provider: 'cpu', threads, spin: true });
  try {
    const bare = executor.compile(({ ids }: { ids: tf.Tensor2D }) => plain(model, ids));
    const unused = executor.compile((inputs: { ids: tf.Tensor2D }) => model.run(inputs).hidden);
    const all = executor.compile((inputs: { ids: tf.Tensor2D }) => {
      const run = capture(model, inputs, model.points);
      return { hidden: run.output.hidden, points: model.points.map((point) => run.at(point)) };
    });
    const { hidden, points } = await all({ ids });
    for (const run of [bare, unused]) {
      const { data } = await run({ ids });
      if (data.some((value, i) => Math.abs(value - hidden.data[i]!) > 1e-4))
        throw new Error('the compiled forward passes differ');
    }
    const measured = await measure(
      {
        bare: async () => void (await bare({ ids })) as undefined,
        unused: async () => void (await unused({ ids })) as undefined,
        captured: async () => void (await all({ ids })) as undefined,
        copies: async () => void points.map(({ data }) => data.slice()) as undefined,
      },
      rounds,
    );
    return { ...measured, copiedMB: Math.round(points.reduce((sum, { data }) => sum + data.byteLength, 0) / 1e6) };
  } finally {
    await executor.dispose();
  }
}

/** What hook points cost an eager and a compiled forward pass: unused, and all captured. */
export const hooks: Benchmark = {
  name: 'hooks',
  async run({ rounds, threads }) {
    await startBackend({ backend: 'wasm', log: () => {} });
    const model = createBert(
      { vocab_size: 4096, hidden_size: 128, num_hidden_layers: 6, num_attention_heads: HEADS, layer_norm_eps: EPSILON },
      { seed: 1 },
    );
    const ids = spreadIds(8, 64, 4096);
    const engines = {
      eager: await measureEager(model, ids, rounds),
      compiled: await measureCompiled(model, ids, Math.max(...threads), rounds),
    };
    const count = model.points.length;
    model.dispose();
    const medians: Record<string, number> = {};
    const ratios: Record<string, number> = {};
    for (const [engine, { medians: times, overheads }] of Object.entries(engines)) {
      for (const [name, ms] of Object.entries(times)) medians[`${engine}, ${name}`] = ms;
      for (const [name, share] of Object.entries(overheads)) ratios[`${engine}.${name}`] = share;
    }
    return {
      title: `forward pass with ${count} hook points (6 layers, d 128, 8 × 64)`,
      unit: 'ms',
      medians,
      ratios,
      notes: {
        points: count,
        pairs: engines.eager.pairs,
        copiedMB: engines.compiled.copiedMB,
        compiledThreads: Math.max(...threads),
        bars: 'unusedOverheadUpper95 ≤ 0.02; capturedOverhead ≤ 0.25, the copies not counted',
      },
    };
  },
};
