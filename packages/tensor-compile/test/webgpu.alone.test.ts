import { tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExecutor, type Executor, eagerExecutor, hostTensor, softmaxCrossEntropy } from '../src/index';
import { expectClose } from './close';
import { kernelCases } from './kernel-cases';
import { batches, model, momentum, values } from './small-model';
import { webgpuDevice } from './software-gpu';

/** WGSL allows sine and cosine an absolute error of 2⁻¹¹. */
const APPROXIMATE = new Set(['Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan']);
/** WGSL does not define the maximum of a number and NaN. */
const DROPS_NAN = new Set(['Relu']);

await useBackend('cpu');
const available = await webgpuDevice();

// Every graph here is built with the fallback to the CPU forbidden.
describe.skipIf(!available)('the WebGPU provider', () => {
  const device = available!;
  let cpu: Executor;
  const eager = eagerExecutor();
  beforeAll(async () => {
    cpu = await createExecutor({ provider: 'cpu', threads: 1 });
  });
  afterAll(async () => {
    await device.dispose();
    await cpu.dispose();
  });

  test('runs every kernel on the device', async () => {
    for (const [name, cases] of Object.entries(kernelCases)) {
      // One graph for all cases of a kernel: compiling shaders is what takes the time.
      const usable = cases.filter(
        ({ inputs }) => !DROPS_NAN.has(name) || !inputs.some(({ data }) => data.some(Number.isNaN)),
      );
      const body = (trees: tf.Tensor[][]) => usable.map(({ fn }, i) => [fn(...trees[i]!)].flat());
      const inputs = usable.map((item) => item.inputs);
      const compiled = device.compile(body);
      const actual = await compiled(inputs);
      await compiled.dispose();
      expectClose(actual, await eager.compile(body)(inputs), APPROXIMATE.has(name) ? 2 ** -10 : tolerance.float32);
    }
  }, 300_000);

  test('gives the outputs of the CPU provider, nested records included', async () => {
    const { w, dispose } = model(5);
    const fn = ({ ids }: { ids: tf.Tensor }) => {
      const hidden = tf.tanh(tf.matMul(tf.gather(w.embedding, ids), w.up));
      return { layers: [{ hidden, output: tf.matMul(hidden, w.down) }], largest: tf.argMax(hidden, 1) };
    };
    const inputs = { ids: hostTensor(Int32Array.of(3, 0, 6), [3]) };
    expectClose(await device.compile(fn)(inputs), await cpu.compile(fn)(inputs), tolerance.float32);
    dispose();
  });

  test('trains with the weights on the device, and shares them with other functions', async () => {
    const run = async (engine: Executor) => {
      const { variables, loss, dispose } = model(1);
      const optimizer = momentum(variables, 0.9);
      const step = engine.compileStep(loss, optimizer, variables);
      const evaluate = engine.compile((inputs) => loss(inputs), { state: variables });
      const losses = [];
      const [first, ...rest] = batches(2, 4);
      for (const batch of [first!, ...rest]) losses.push((await step(batch, { rate: 0.1 })).loss);
      const before = await evaluate(first!);
      await engine.pull();
      const weights = values(variables);
      // What is sent back is what runs next.
      variables[0]!.assign(tf.zerosLike(variables[0]!));
      await engine.push([variables[0]!]);
      const after = await evaluate(first!);
      await step.dispose();
      await evaluate.dispose();
      optimizer.dispose();
      dispose();
      return { losses: hostTensor(losses, [losses.length]), weights, before, after };
    };
    const [actual, expected] = [await run(device), await run(cpu)];
    expectClose(actual, expected, tolerance.gradient);
    expect(expected.before).not.toEqual(expected.after);
  });

  test('trains on parts of a batch, in one graph', async () => {
    const run = async (engine: Executor) => {
      const w = tf.variable(tf.tensor1d([1, 2]));
      const step = engine.compileParallelStep(
        (x: tf.Tensor) => tf.sum(tf.square(tf.mul(w, x))) as tf.Scalar,
        tf.train.sgd(0.1),
        [w],
      );
      const parts = [hostTensor([1, 2], [2]), hostTensor([3, -1], [2])];
      const losses = [(await step(parts, undefined, [3, 1])).loss, (await step(parts, undefined, [1, 1])).loss];
      await engine.pull([w]);
      const weights = values([w]);
      await step.dispose();
      w.dispose();
      return { losses: hostTensor(losses, [2]), weights };
    };
    expectClose(await run(device), await run(eager), tolerance.gradient);
  });

  test('trains with tf.train.adam', async () => {
    const run = async (engine: Executor) => {
      const { variables, loss, dispose } = model(8);
      const step = engine.compileStep(loss, tf.train.adam(0.01), variables);
      const losses = [];
      for (const batch of batches(9, 3)) losses.push((await step(batch)).loss);
      await step.dispose();
      dispose();
      return hostTensor(losses, [3]);
    };
    expectClose(await run(device), await run(cpu), tolerance.loss);
  });

  test('differentiates the weighted cross-entropy on the device', async () => {
    const fn = ({ x, labels, weights }: Record<string, tf.Tensor>) =>
      tf.grad((x) => softmaxCrossEntropy(x as tf.Tensor2D, labels as tf.Tensor1D, weights as tf.Tensor1D))(x!);
    const inputs = {
      x: hostTensor([1, 2, -3, 0.5, 90, -90], [2, 3]),
      labels: hostTensor(Int32Array.of(2, 0), [2]),
      weights: hostTensor([1, 0.25], [2]),
    };
    expectClose(await device.compile(fn)(inputs), await eager.compile(fn)(inputs), tolerance.float32);
  });

  test('names the nodes that fall back where that is allowed, and refuses them otherwise', async () => {
    // There is no Einsum of integers on the device; should it learn one, another operator is needed here.
    const fn = (x: tf.Tensor) => tf.einsum('ij->i', x);
    const inputs = hostTensor(Int32Array.of(1, 2, 3, 4), [2, 2]);
    const seen: string[][] = [];
    const onFallback = (nodes: string[], name: string) => seen.push([name, ...nodes]);
    const lenient = await createExecutor({ provider: 'webgpu', allowFallback: true, onFallback });
    const compiled = lenient.compile(fn, { name: 'sums' });
    for (let i = 0; i < 2; i++)
      expect(await compiled(inputs)).toEqual({ dtype: 'int32', shape: [2], data: Int32Array.of(3, 7) });
    await lenient.dispose();
    expect(seen).toEqual([['sums', 'Einsum_0 (Einsum)']]);
    await expect(device.compile(fn, { name: 'sums' })(inputs)).rejects.toThrow(
      /'sums' uses operators.*Einsum.*allowFallback/,
    );
  });

  const software = process.env.VK_ICD_FILENAMES?.includes('swiftshader');
  test.runIf(software)('refuses half precision where the device has none, names it, and stays usable', async () => {
    const fn = (x: tf.Tensor) => tf.matMul(x, x);
    const x = hostTensor([2], [1, 1]);
    const half = device.compile(fn, { precision: 'float16', name: 'square' });
    for (let i = 0; i < 2; i++)
      await expect(half(x)).rejects.toThrow(/'square'.*libvk_swiftshader\.so.*shader-f16.*'float32'/);
    await half.dispose();
    expect(await device.compile(fn)(x)).toEqual(hostTensor([4], [1, 1]));
  });

  test('keeps the weights when a loss is not finite, and stays usable', async () => {
    const { variables, loss, dispose } = model(3);
    const optimizer = momentum(variables, 0);
    const step = device.compileStep(loss, optimizer, variables);
    const [batch] = batches(1, 1);
    const { loss: before } = await step(batch!, { rate: 0 });
    await expect(
      step(batch!, { rate: Number.POSITIVE_INFINITY }).then(() => step(batch!, { rate: 0 })),
    ).rejects.toThrow(/step 3.*NaN/);
    await step.dispose();
    await device.push(variables);
    const again = device.compileStep(loss, optimizer, variables);
    expect((await again(batch!, { rate: 0 })).loss).toBeCloseTo(before, 5);
    await again.dispose();
    optimizer.dispose();
    dispose();
  });

  test('a tensor too large for the device is an error that leaves state and engine intact', async () => {
    const total = tf.variable(tf.scalar(2));
    const adding = (copies: number) =>
      device.compile(
        (x: tf.Tensor) => {
          total.assign(tf.add(total, tf.sum(tf.exp(tf.tile(x, [copies, 1])))) as tf.Scalar);
          return total;
        },
        { state: [total], name: `add ${copies}` },
      );
    const x = hostTensor(new Float32Array(2 ** 20), [1, 2 ** 20]);
    // 2.5 GiB are too much for SwiftShader, 64 GiB for one buffer of any device.
    for (const copies of software ? [640, 2 ** 14] : [2 ** 14])
      await expect(adding(copies)(x)).rejects.toThrow(
        new RegExp(`^Running 'add ${copies}' on onnxruntime webgpu failed: a tensor did not fit on the device`),
      );
    expect(await adding(1)(x)).toEqual(hostTensor([2 + 2 ** 20], []));
    await device.pull([total]);
    expect(total.dataSync()[0]).toBe(2 + 2 ** 20);
    total.dispose();
  });
});
