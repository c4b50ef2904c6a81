import { createExecutor, type Executor, hostTensor, type StepOptimizer } from '@interlayer/tensor-compile';
import { expectConservesTensors, seededRandom, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { assembled } from '../scripts/assemble-adamw';
import { adamWKernel } from '../src/adamw-kernel.generated';
import { type AdamWOptions, adamW, compileAccumulatedStep, type TrainingOptimizer } from '../src/index';

beforeAll(() => useBackend('cpu'));

/** Sizes that fill no vector, one, and more than one, and begin within a cache line. */
const SHAPES = { matrix: [7, 5], bias: [5], scale: [1], table: [4, 4], long: [67], single: [] };

/** A loss that reaches every variable but `single`, with gradients of very different sizes. */
function subject() {
  const random = seededRandom(11);
  const variables = Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = Float32Array.from({ length: size }, () => 2 * random() - 1);
      return [name, tf.tidy(() => tf.variable(tf.tensor(values, shape)))];
    }),
  );
  const { matrix, bias, scale, table, long } = variables as Record<string, tf.Variable>;
  const loss = ({ x }: { x: tf.Tensor2D }) => {
    const y = tf.tanh(tf.add(tf.matMul(x, matrix as unknown as tf.Tensor2D), bias));
    const parts = [
      tf.mean(tf.square(tf.mul(y, scale))),
      tf.mean(tf.square(tf.sub(table, tf.mean(x)))),
      tf.mul(tf.sum(tf.square(long)), 3),
    ];
    return tf.addN(parts) as tf.Scalar;
  };
  return { variables, list: Object.values(variables), loss };
}

const batches = (count: number) => {
  const random = seededRandom(3);
  return Array.from({ length: count }, () => ({
    x: hostTensor(
      Float32Array.from({ length: 21 }, () => 4 * random() - 2),
      [3, 7],
    ),
  }));
};

async function withExecutor<T>(threads: number, use: (executor: Executor) => Promise<T>): Promise<T> {
  const executor = await createExecutor({ provider: 'cpu', threads });
  try {
    return await use(executor);
  } finally {
    await executor.dispose();
  }
}

const STEPS = 12;
const OPTIONS: AdamWOptions = {
  beta1: 0.8,
  beta2: 0.97,
  weightDecay: 0.3,
  clipNorm: 25,
  decays: ({ rank }, name) => rank === 2 || name === 'long',
};

type Trace = { loss: number; gradientNorm: number; values: number[] }[];

/** Trains with the update on the host, or with the one that is traced, which the other one is measured by. */
async function trace(
  how: 'one' | 'parallel' | 'accumulated',
  { traced = false, threads = 2, options = OPTIONS } = {},
): Promise<Trace> {
  const { variables, list, loss } = subject();
  const made = adamW(options)(variables);
  const optimizer: TrainingOptimizer = traced ? { ...made, onHost: undefined } : made;
  const result = await withExecutor(threads, async (executor) => {
    const all = batches(2 * STEPS);
    const one = executor.compileStep(loss, optimizer, list);
    const parallel = executor.compileParallelStep(loss, optimizer, list);
    const accumulated = compileAccumulatedStep(executor, loss, optimizer, list);
    const steps: Trace = [];
    for (let i = 0; i < STEPS; i++) {
      const scalars = optimizer.scalars(i + 1, 0.05 / (1 + i));
      const pair = all.slice(2 * i, 2 * i + 2);
      const report =
        how === 'one'
          ? await one(pair[0]!, scalars)
          : how === 'parallel'
            ? await parallel(pair, scalars, [3, 1])
            : await accumulated(pair, scalars, [3, 1]);
      await executor.pull();
      const values = [...list, ...optimizer.slots].flatMap((variable) => [...variable.dataSync()]);
      steps.push({ loss: report.loss, gradientNorm: report.gradientNorm!, values });
    }
    return steps;
  });
  made.dispose();
  tf.dispose(variables);
  return result;
}

/** The largest difference between two traces, relative to numbers above 1. */
function difference(one: Trace, other: Trace): number {
  const flat = (steps: Trace) => steps.flatMap(({ loss, gradientNorm, values }) => [loss, gradientNorm, ...values]);
  const [a, b] = [flat(one), flat(other)];
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!) / Math.max(1, Math.abs(b[i]!))), 0);
}

describe("adamW's update on the host", () => {
  it('runs what adamw-kernel.wat says', async () => {
    expect(Buffer.from(adamWKernel, 'base64').equals(await assembled())).toBe(true);
  });

  it('equals the traced update at every step, with momentum, decay groups and clipping', async () => {
    const [host, traced] = [await trace('one'), await trace('one', { traced: true })];
    const norms = traced.map(({ gradientNorm }) => gradientNorm);
    expect(Math.min(...norms)).toBeLessThan(OPTIONS.clipNorm!);
    expect(Math.max(...norms)).toBeGreaterThan(OPTIONS.clipNorm!);
    for (const [i, step] of host.entries())
      expect(difference([step], [traced[i]!])).toBeLessThan(tolerance.clippedUpdate);
  });

  it('without clipping it gives the same bytes, since it does the same operations in the same order', async () => {
    const options = { ...OPTIONS, clipNorm: undefined };
    const [host, traced] = [await trace('one', { options }), await trace('one', { options, traced: true })];
    expect(host.map(({ values }) => values)).toEqual(traced.map(({ values }) => values));
  });

  for (const [where, threads] of [
    ['in threads of their own', 2],
    ['in one graph', 1],
  ] as const)
    it(`adds the gradients of parts ${where}`, async () => {
      const host = await trace('parallel', { threads });
      expect(difference(host, await trace('parallel', { threads, traced: true }))).toBeLessThan(tolerance.float32);
      expect(difference(host, await trace('accumulated', { traced: true }))).toBeLessThan(tolerance.gradient);
    });

  it('repeats its bytes', async () => {
    for (const how of ['one', 'parallel'] as const) expect(await trace(how)).toEqual(await trace(how));
  });

  it('is what a compiled step uses, and gives every tensor back', async () => {
    await expectConservesTensors(async () => {
      const { variables, list, loss } = subject();
      const made = adamW(OPTIONS)(variables);
      let applied = 0;
      const watched: StepOptimizer = {
        ...made,
        apply: () => {
          throw new Error('the update was traced');
        },
        onHost(...args) {
          const update = made.onHost!(...args)!;
          const apply: typeof update.apply = (...given) => {
            applied++;
            return update.apply(...given);
          };
          return { ...update, apply };
        },
      };
      await withExecutor(2, async (executor) => {
        const step = executor.compileStep(loss, watched, list);
        const parallel = executor.compileParallelStep(loss, watched, list);
        const [one, two] = batches(2);
        await step(one!, made.scalars(1, 0.1));
        await parallel([one!, two!], made.scalars(2, 0.1));
        await parallel([one!], made.scalars(3, 0.1));
      });
      expect(applied).toBe(3);
      made.dispose();
      tf.dispose(variables);
    });
  });

  it.each([
    ['an infinite gradient', 0],
    ['a gradient whose square is not finite', 1e-25],
  ])('writes nothing for %s under a finite loss', async (_, at) => {
    const variables = { w: tf.variable(tf.tensor1d([4, at, 1])) };
    // The derivative of the square root is infinite at 0, and beyond 1e19 just above it, times 1e9.
    const loss = ({ by }: { by: tf.Scalar }) => tf.sum(tf.mul(tf.sqrt(variables.w), by)) as tf.Scalar;
    const optimizer = adamW()(variables);
    const state = [variables.w, ...optimizer.slots];
    const read = () => state.map((variable) => [...variable.dataSync()]);
    await withExecutor(1, async (executor) => {
      const by = { by: hostTensor([1e9], []) };
      const step = executor.compileStep(loss, optimizer, [variables.w], { name: 'root' });
      const before = read();
      await expect(step(by, optimizer.scalars(1, 0.1))).rejects.toThrow(
        /The gradientNorm of step 1 of 'root' is Infinity\. The weights are unchanged/,
      );
      await executor.pull();
      expect(read()).toEqual(before);
      const careless = executor.compileStep(loss, optimizer, [variables.w], { checkFinite: false });
      expect((await careless(by, optimizer.scalars(1, 0.1))).gradientNorm).toBe(Number.POSITIVE_INFINITY);
      await executor.pull();
      expect(read()).not.toEqual(before);
    });
    optimizer.dispose();
    tf.dispose(variables);
  });

  it('shares weights with other steps and functions of the executor, whoever assigns them', async () => {
    const w = tf.variable(tf.tensor1d([1, 2, 3]));
    const other = tf.variable(tf.scalar(1));
    const loss = ({ x }: { x: tf.Tensor }) => tf.sum(tf.mul(tf.mul(w, x), other)) as tf.Scalar;
    const x = { x: hostTensor([1, 1, 1], [3]) };
    const [small, large] = [adamW({ weightDecay: 0 })({ w }), adamW({ weightDecay: 0 })({ other, w })];
    await withExecutor(1, async (executor) => {
      const read = executor.compile(() => w.clone(), { state: [w] });
      const values = async () => [...(await read({})).data];
      const double = executor.compile(
        () => {
          w.assign(tf.mul(w, 2));
          return tf.scalar(0);
        },
        { state: [w] },
      );
      const [one, both] = [executor.compileStep(loss, small, [w]), executor.compileStep(loss, large, [other, w])];
      // At a first step every weight moves by the rate.
      const expectNear = async (expected: number[]) => {
        for (const [i, value] of (await values()).entries()) expect(value).toBeCloseTo(expected[i]!, 5);
      };
      await one(x, small.scalars(1, 0.5));
      await expectNear([0.5, 1.5, 2.5]);
      await both(x, large.scalars(1, 0.5));
      await expectNear([0, 1, 2]);
      await double({});
      await expectNear([0, 2, 4]);
      await one(x, small.scalars(1, 0));
      await expectNear([0, 2, 4]);
      w.assign(tf.tensor1d([7, 8, 9]));
      await executor.push([w]);
      expect((await one(x, small.scalars(1, 0))).loss).toBe(24);
      await executor.pull([w]);
      expect([...w.dataSync()]).toEqual([7, 8, 9]);
    });
    for (const optimizer of [small, large]) optimizer.dispose();
    tf.dispose([w, other]);
  });

  it('keeps what else the loss assigns, but not from a rejected step', async () => {
    const [w, calls] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(0), false)];
    const loss = ({ x }: { x: tf.Scalar }) => {
      calls.assign(tf.add(calls, 1));
      return tf.mul(tf.sqrt(x), w) as tf.Scalar;
    };
    const optimizer = adamW()({ w });
    await withExecutor(1, async (executor) => {
      const step = executor.compileStep(loss, optimizer, [w], { state: [calls] });
      await step({ x: hostTensor([1], []) }, optimizer.scalars(1, 0.1));
      await expect(step({ x: hostTensor([-1], []) }, optimizer.scalars(2, 0.1))).rejects.toThrow(/loss of step 2.*NaN/);
      await executor.pull();
      expect(calls.dataSync()[0]).toBe(1);
      expect(w.dataSync()[0]).toBeCloseTo(0.9, 6);
      const assigns = () => {
        w.assign(tf.mul(w, 2));
        return w.asScalar();
      };
      const wrong = executor.compileStep(assigns, optimizer, [w], { name: 'doubling' });
      await expect(wrong({}, optimizer.scalars(2, 0.1))).rejects.toThrow(/'doubling' assigns the variable .* updates/);
    });
    optimizer.dispose();
    tf.dispose([w, calls]);
  });

  it('refuses variables that it was not made for', () => {
    const { variables, list } = subject();
    const optimizer = adamW()(variables);
    expect(() => optimizer.onHost!([...list].reverse(), 1)).toThrow(/of 1 numbers at position 0, .* one of 35/);
    expect(() => optimizer.onHost!([...list, list[0]!], 1)).toThrow(/at position 6, .* none/);
    expect(() => optimizer.onHost!([], 1)).not.toThrow();
    optimizer.dispose();
    tf.dispose(variables);
  });

  it('leaves weights that need more than one memory to the traced update', () => {
    const variables = { w: tf.variable(tf.zeros([64])) };
    const optimizer = adamW()(variables);
    // 64 numbers take 256 bytes, so 2²⁴ parts take 4 GiB.
    expect(optimizer.onHost!([variables.w], 2 ** 24)).toBeUndefined();
    expect(optimizer.onHost!([variables.w], 1)).toBeDefined();
    optimizer.dispose();
    tf.dispose(variables);
  });
});
