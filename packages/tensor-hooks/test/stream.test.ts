import { expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  capture,
  edit,
  gramSink,
  type HookEvent,
  histogramSink,
  hookable,
  meanSink,
  pooled,
  type Rows,
  SilentPointError,
  type Sink,
  stream,
  teeSink,
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

/** Keeps everything that a sink receives, in order. */
function recorder(): Sink<{ event: HookEvent; shape: number[]; values: number[]; batchIndex: number; rows?: Rows }[]> {
  const seen: ReturnType<ReturnType<typeof recorder>['result']> = [];
  return {
    accept: (values, shape, event, batchIndex, rows) =>
      void seen.push({ event, shape: [...shape], values: Array.from(values), batchIndex, rows }),
    result: () => seen,
  };
}

const whole = (point: string) =>
  tf.tidy(() => numbers(capture(model, tf.tensor2d(rows), point as 'logits').tensors[point]!));

describe('stream', () => {
  test('reduces over batches as over the whole, without holding a tensor', async () => {
    const results = await expectConservesTensors(() =>
      stream(model, batches(), {
        'layers.0.hidden': gramSink(),
        logits: topKSink({ k: 5 }),
        'layers.*.output': meanSink(),
      }),
    );
    const hidden = whole('layers.0.hidden');
    for (const [i, j] of [
      [0, 0],
      [0, 2],
      [2, 1],
    ] as const) {
      const expected = rows.reduce((sum, _, r) => sum + hidden[3 * r + i]! * hidden[3 * r + j]!, 0);
      expect(Math.abs(results['layers.0.hidden'].gram.data[3 * i + j]! - expected)).toBeLessThanOrEqual(
        tolerance.float32,
      );
    }
    const logits = whole('logits');
    const order = rows.map((_, r) => r).sort((a, b) => logits[3 * b]! - logits[3 * a]!);
    expect(results.logits[0]!.map(({ example }) => example)).toEqual(order);
  });

  test('under a glob each point gets its own sink; pooled() makes one for all', async () => {
    const columnMean = (...values: number[][]) =>
      [0, 1, 2].map((c) => {
        const column = values.flatMap((list) => list.filter((_, i) => i % 3 === c));
        return column.reduce((sum, x) => sum + x, 0) / column.length;
      });
    const close = (actual: Float64Array, expected: number[]) =>
      expected.forEach((x, c) => {
        expect(Math.abs(actual[c]! - x)).toBeLessThanOrEqual(tolerance.float32);
      });
    const [first, second] = [whole('layers.0.output'), whole('layers.1.output')];
    const given = meanSink();
    const results = await stream(model, batches(), {
      'layers.*.output': given,
      'layers.*.*t': pooled(meanSink()),
      '*': (point) => histogramSink({ edges: point === 'logits' ? [0, 9] : [-9, 0] }),
      'layers.*.hidden': teeSink({ moments: meanSink(), top: topKSink({ k: 1 }) }),
    });
    const outputs = results['layers.*.output'];
    expect(Object.keys(outputs)).toEqual(['layers.0.output', 'layers.1.output']);
    close(outputs['layers.0.output']!.mean, columnMean(first));
    close(outputs['layers.1.output']!.mean, columnMean(second));
    // The given sink is only a template.
    expect(() => given.result()).toThrow('saw no rows');
    expect(results['layers.*.*t'].n).toBe(10);
    close(results['layers.*.*t'].mean, columnMean(first, second));
    expect(results['layers.*.hidden']['layers.1.hidden']!.moments.n).toBe(5);
    expect([results['*'].logits.edges, results['*'].embeddings.edges]).toEqual([[0, 9], [-9, 0]]); // biome-ignore format: short
  });

  test('a custom sink serves a glob with fresh(), as a function, or pooled', async () => {
    const rejected = stream(model, batches(), { 'layers.*.output': recorder() });
    await expect(rejected).rejects.toThrow(
      'The sink under "layers.*.output" has no fresh(), so it cannot serve each point by itself',
    );
    const { 'layers.*.output': seen } = await stream(model, batches(), { 'layers.*.output': recorder });
    expect(seen['layers.1.output']!.map(({ event }) => event.point)).toEqual(Array(3).fill('layers.1.output'));
    const named = await stream(model, batches(), { logits: () => meanSink() });
    expect(named.logits.n).toBe(5);
  });

  test('shards merge into one pass', async () => {
    const sinks = [0, 2].map(() => gramSink());
    await stream(model, batches(2, 0, 2), { logits: sinks[0]! });
    await stream(model, batches(2, 2), { logits: sinks[1]! });
    sinks[0]!.merge(sinks[1]!);
    const { logits } = await stream(model, batches(5), { logits: gramSink() });
    sinks[0]!.result().gram.data.forEach((x, i) => {
      expect(Math.abs(x - logits.gram.data[i]!)).toBeLessThanOrEqual(tolerance.float32);
    });
  });

  test('a sink sees events in order, with batch, shape and example ids', async () => {
    const { 'layers.*.output': seen } = await stream(model, batches(), { 'layers.*.output': pooled(recorder()) });
    expect(seen.map(({ event, batchIndex, shape }) => [event.point, event.slot, batchIndex, shape[0]])).toEqual(
      [0, 1, 2].flatMap((b) => [0, 1].map((slot) => [`layers.${slot}.output`, slot, b, b === 2 ? 1 : 2])),
    );
    expect(seen.map(({ rows }) => Array.from(rows!.examples!))).toEqual([[0, 1], [0, 1], [2, 3], [2, 3], [4], [4]]);
    const named = await stream(model, batches(5), { logits: recorder() }, { examples: () => [9, 8, 7, 6, 5] });
    expect(named.logits[0]!.rows!.examples).toEqual([9, 8, 7, 6, 5]);
    const called = await stream(shared(2), [tf.tensor1d([0])], { step: recorder() });
    expect(called.step.map(({ event, values }) => [event.call, event.slot, values])).toEqual([
      [0, 0, [1]],
      [1, 1, [2]],
    ]);
  });

  test('rows leave padding out', async () => {
    const mask = [true, false, true, true, false];
    const kept = rows.filter((_, r) => mask[r]);
    const expected = kept.reduce((sum, row) => sum + row[0]!, 0) / 3;
    const list = await stream(model, batches(5), { embeddings: meanSink() }, { rows: () => mask });
    const tensor = tf.tensor1d(mask, 'bool');
    const given = await stream(model, batches(5), { embeddings: meanSink() }, { rows: () => tensor });
    for (const { embeddings } of [list, given]) {
      expect(embeddings.n).toBe(3);
      expect(Math.abs(embeddings.mean[0]! - expected)).toBeLessThanOrEqual(tolerance.float32);
    }
    expect(tensor.isDisposed).toBe(false);
    tensor.dispose();
    const rowsOf = (_: tf.Tensor, { point }: HookEvent) => (point === 'logits' ? undefined : mask);
    const some = await stream(model, batches(5), { '*': meanSink() }, { rows: rowsOf });
    expect([some['*'].logits.n, some['*'].embeddings.n]).toEqual([5, 3]);
  });

  test('edits', async () => {
    const edits = [edit('logits', (value) => tf.zerosLike(value))];
    const { logits } = await stream(model, batches(), { logits: meanSink() }, { edits });
    expect(Array.from(logits.mean)).toEqual([0, 0, 0]);
  });

  test('execute runs the batches in another way', async () => {
    const host = async (batch: Float32Array) =>
      tf.tidy(() => {
        const { tensors } = capture(shared(2), tf.tensor1d(batch), 'step');
        return Object.fromEntries(
          Object.entries(tensors).map(([key, t]) => [key, { data: t.dataSync(), shape: t.shape }]),
        );
      });
    const batches = [Float32Array.of(0, 5)];
    const { step } = await stream(shared(2), batches, { step: recorder() }, { execute: host });
    expect(step.map(({ event, values }) => [event, values])).toEqual([
      [{ point: 'step', call: 0 }, [1, 6]],
      [{ point: 'step', call: 1 }, [2, 7]],
    ]);
    await expect(stream(shared(2), batches, { step: recorder() }, { execute: async () => ({}) })).rejects.toThrow(
      SilentPointError,
    );
    const both = { execute: host, edits: [] };
    await expect(stream(shared(2), batches, { step: recorder() }, both)).rejects.toThrow('both execute and edits');
  });

  test('int32 and bool values come as float32 numbers', async () => {
    const target = hookable(['flags'], (x: tf.Tensor, tap) => tap('flags', tf.greater(x, 0)));
    const { flags } = await stream(target, batches(5), { flags: meanSink() });
    expect(flags.mean[2]).toBeCloseTo(3 / 5, 12);
  });

  test('errors free everything', async () => {
    const failing = (body: () => Promise<unknown>) => expect(expectConservesTensors(body)).rejects;
    await failing(() => stream(model, batches(), { logits: meanSink() }, { rows: () => [1, 1, 1] })).toThrow(
      'The rows option gave 3 entries for "logits" of shape [2, 3]; expected one for each of its 2 rows.',
    );
    await failing(() => stream(model, batches(), { logits: meanSink() }, { examples: () => [1] })).toThrow(
      'gave 1 ids for batch 0',
    );
    await failing(() => stream(model, batches(), {})).toThrow('no sinks');
    await failing(() => stream(model, batches(), { 'layers.9*': meanSink() })).toThrow(UnknownPointError);
    await failing(() =>
      stream(model, batches(), {
        logits: {
          accept: () => {
            throw new Error('full');
          },
          result: () => 0,
        },
      }),
    ).toThrow('full');
    await failing(() => stream(model, failingBatches(), { logits: meanSink() })).toThrow('no data');
    await failing(() => stream(model, [], { logits: meanSink() })).toThrow('saw no rows');
  });
});
