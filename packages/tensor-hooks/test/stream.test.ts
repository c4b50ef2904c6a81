import { expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  capture,
  edit,
  gramSink,
  type HookEvent,
  hookable,
  meanSink,
  type Rows,
  SilentPointError,
  type Sink,
  stream,
  topKSink,
  UnknownPointError,
} from '../src/index';
import { numbers, shared, type Toy, toy } from './toy';

let model: Toy;
const rows = [
  [0.1, -0.2, 0.3],
  [1, 0.5, -1.5],
  [0, 0, 1],
  [-1, 2, 0.5],
  [0.7, 0.7, -0.7],
];

beforeAll(async () => {
  await useBackend('cpu');
  model = toy();
});
afterAll(() => model.dispose());

/** Batches of two rows, each freed when the next one is asked for. */
async function* batches(size = 2, at = 0, to = rows.length): AsyncGenerator<tf.Tensor> {
  for (let i = at; i < to; i += size) {
    const batch = tf.tensor2d(rows.slice(i, Math.min(to, i + size)));
    try {
      yield batch;
    } finally {
      batch.dispose();
    }
  }
}

async function* failingBatches(): AsyncGenerator<tf.Tensor> {
  yield* batches(2, 0, 2);
  throw new Error('no data');
}

/** Keeps everything: what a sink is handed, in order. */
function recorder(): Sink<{ event: HookEvent; shape: number[]; values: number[]; batchIndex: number; rows?: Rows }[]> {
  const seen: ReturnType<ReturnType<typeof recorder>['result']> = [];
  return {
    accept: (values, shape, event, batchIndex, rows) =>
      void seen.push({ event, shape: [...shape], values: Array.from(values), batchIndex, rows }),
    result: () => seen,
  };
}

const whole = (point: string) =>
  tf.tidy(() => numbers(capture(model, point as 'logits', tf.tensor2d(rows)).tensors[point]!));

describe('stream', () => {
  test('reduces over batches as over the whole, without holding a tensor', async () => {
    const results = await expectConservesTensors(() =>
      stream(
        model,
        { 'layers.0.hidden': gramSink(), logits: topKSink({ k: 5 }), 'layers.*.output': meanSink },
        batches(),
      ),
    );
    const hidden = whole('layers.0.hidden');
    for (const [i, j] of [
      [0, 0],
      [0, 2],
      [2, 1],
    ] as const) {
      const expected = rows.reduce((sum, _, r) => sum + hidden[3 * r + i]! * hidden[3 * r + j]!, 0);
      expect(Math.abs(results['layers.0.hidden'].gram[3 * i + j]! - expected)).toBeLessThanOrEqual(tolerance.float32);
    }
    const logits = whole('logits');
    const order = rows.map((_, r) => r).sort((a, b) => logits[3 * b]! - logits[3 * a]!);
    expect(results.logits[0]!.map(({ example }) => example)).toEqual(order);
    expect(Object.keys(results['layers.*.output'])).toEqual(['layers.0.output', 'layers.1.output']);
    expect(results['layers.*.output']['layers.1.output']!.n).toBe(5);
  });

  test('shards merge into one pass', async () => {
    const sinks = [0, 2].map(() => gramSink());
    await stream(model, { logits: sinks[0]! }, batches(2, 0, 2));
    await stream(model, { logits: sinks[1]! }, batches(2, 2));
    sinks[0]!.merge(sinks[1]!);
    const { logits } = await stream(model, { logits: gramSink() }, batches(5));
    sinks[0]!.result().gram.forEach((x, i) => {
      expect(Math.abs(x - logits.gram[i]!)).toBeLessThanOrEqual(tolerance.float32);
    });
  });

  test('a sink sees events in order, with batch, shape and example ids', async () => {
    const { 'layers.*.output': seen } = await stream(model, { 'layers.*.output': recorder() }, batches());
    expect(seen.map(({ event, batchIndex, shape }) => [event.point, event.slot, batchIndex, shape[0]])).toEqual(
      [0, 1, 2].flatMap((b) => [0, 1].map((slot) => [`layers.${slot}.output`, slot, b, b === 2 ? 1 : 2])),
    );
    expect(seen.map(({ rows }) => Array.from(rows!.examples!))).toEqual([[0, 1], [0, 1], [2, 3], [2, 3], [4], [4]]);
    const named = await stream(model, { logits: recorder() }, batches(5), { examples: () => [9, 8, 7, 6, 5] });
    expect(named.logits[0]!.rows!.examples).toEqual([9, 8, 7, 6, 5]);
    const called = await stream(shared(2), { step: recorder() }, [tf.tensor1d([0])]);
    expect(called.step.map(({ event, values }) => [event.call, event.slot, values])).toEqual([
      [0, 0, [1]],
      [1, 1, [2]],
    ]);
  });

  test('rows leave padding out', async () => {
    const mask = [true, false, true, true, false];
    const kept = rows.filter((_, r) => mask[r]);
    const expected = kept.reduce((sum, row) => sum + row[0]!, 0) / 3;
    const list = await stream(model, { embeddings: meanSink() }, batches(5), { rows: () => mask });
    const tensor = tf.tensor1d(mask, 'bool');
    const given = await stream(model, { embeddings: meanSink() }, batches(5), { rows: () => tensor });
    for (const { embeddings } of [list, given]) {
      expect(embeddings.n).toBe(3);
      expect(Math.abs(embeddings.mean[0]! - expected)).toBeLessThanOrEqual(tolerance.float32);
    }
    expect(tensor.isDisposed).toBe(false);
    tensor.dispose();
    const some = await stream(model, { '*': meanSink }, batches(5), {
      rows: (_, { point }) => (point === 'logits' ? undefined : mask),
    });
    expect([some['*'].logits!.n, some['*'].embeddings!.n]).toEqual([5, 3]);
  });

  test('edits', async () => {
    const { logits } = await stream(model, { logits: meanSink() }, batches(), {
      edits: [edit('logits', (value) => tf.zerosLike(value))],
    });
    expect(Array.from(logits.mean)).toEqual([0, 0, 0]);
  });

  test('execute runs the batches in another way', async () => {
    const host = async (batch: Float32Array, points: readonly 'step'[]) =>
      tf.tidy(() => {
        const { tensors } = capture(shared(2), points, tf.tensor1d(batch));
        return Object.fromEntries(
          Object.entries(tensors).map(([key, t]) => [key, { data: t.dataSync(), shape: t.shape }]),
        );
      });
    const batches = [Float32Array.of(0, 5)];
    const { step } = await stream(shared(2), { step: recorder() }, batches, { execute: host });
    expect(step.map(({ event, values }) => [event, values])).toEqual([
      [{ point: 'step', call: 0 }, [1, 6]],
      [{ point: 'step', call: 1 }, [2, 7]],
    ]);
    await expect(stream(shared(2), { step: recorder() }, batches, { execute: async () => ({}) })).rejects.toThrow(
      SilentPointError,
    );
    const both = { execute: host, edits: [] };
    await expect(stream(shared(2), { step: recorder() }, batches, both)).rejects.toThrow('either execute or edits');
  });

  test('int32 and bool values come as float32 numbers', async () => {
    const target = hookable(['flags'], (x: tf.Tensor, tap) => tap('flags', tf.greater(x, 0)));
    const { flags } = await stream(target, { flags: meanSink() }, batches(5));
    expect(flags.mean[2]).toBeCloseTo(3 / 5, 12);
  });

  test('errors free everything', async () => {
    const failing = (body: () => Promise<unknown>) => expect(expectConservesTensors(body)).rejects;
    await failing(() => stream(model, { logits: meanSink() }, batches(), { rows: () => [1, 1, 1] })).toThrow(
      'The rows option gave 3 entries for "logits" of shape [2, 3]; expected one for each of its 2 rows.',
    );
    await failing(() => stream(model, { logits: meanSink() }, batches(), { examples: () => [1] })).toThrow(
      'gave 1 ids for batch 0',
    );
    await failing(() => stream(model, {}, batches())).toThrow('no sinks');
    await failing(() => stream(model, { 'layers.9*': meanSink() }, batches())).toThrow(UnknownPointError);
    await failing(() =>
      stream(
        model,
        {
          logits: {
            accept: () => {
              throw new Error('full');
            },
            result: () => 0,
          },
        },
        batches(),
      ),
    ).toThrow('full');
    await failing(() => stream(model, { logits: meanSink() }, failingBatches())).toThrow('no data');
    await failing(() => stream(model, { logits: meanSink() }, [])).toThrow('saw no rows');
  });
});
