/** What browser.test.ts calls in the page. */
import { usePlainBackend } from '@interlayer/test-kit/plain-backend';
import * as tf from '@tensorflow/tfjs-core';
import {
  type CompileOptions,
  createExecutor,
  type Executor,
  eagerExecutor,
  exportOnnx,
  type HostTree,
  hostTensor,
  type ProviderOptions,
  softmaxCrossEntropy,
  type TensorTree,
} from '../../src/index';
import { kernelCases } from '../kernel-cases';
import { batches, model, momentum, values } from '../small-model';

/** What a graph gave, and what tfjs's cpu backend gave in the same page. */
export interface Pair {
  actual: HostTree;
  expected: HostTree;
}

let executor: Executor;

/** Opens the executor that the other functions use; gives its name. */
export async function open(options: ProviderOptions): Promise<string> {
  await usePlainBackend('cpu');
  executor = await createExecutor(options);
  return executor.name;
}

export const close = (): Promise<void> => executor.dispose();

// biome-ignore lint/suspicious/noExplicitAny: the tensors mirror the inputs.
async function pairOf(body: (inputs: any) => TensorTree, inputs: HostTree, options?: CompileOptions): Promise<Pair> {
  const compiled = executor.compile(body, options);
  const actual = await compiled(inputs);
  await compiled.dispose();
  return { actual, expected: await eagerExecutor().compile(body)(inputs) };
}

/** Two products in half precision; the message where the device has none. */
export function half(): Promise<Pair | string> {
  const w = tf.tensor2d([0.1, -0.2, 0.3, 0.4], [2, 2]);
  const body = (x: tf.Tensor) => tf.tanh(tf.matMul(tf.matMul(x, w), w));
  return pairOf(body, hostTensor([1, 0.7], [1, 2]), { precision: 'float16' })
    .catch((error: Error) => error.message)
    .finally(() => w.dispose());
}

/** All cases of one kernel, as one graph. */
export function kernel(name: string): Promise<Pair> {
  const cases = kernelCases[name]!;
  const body = (trees: tf.Tensor[][]) => cases.map(({ fn }, i) => [fn(...trees[i]!)].flat());
  return pairOf(
    body,
    cases.map(({ inputs }) => inputs),
  );
}

/** A forward pass with its inner values as outputs. */
export async function forward(): Promise<Pair> {
  const { w, dispose } = model(5);
  const body = ({ ids }: { ids: tf.Tensor }) => {
    const hidden = tf.tanh(tf.matMul(tf.gather(w.embedding, ids), w.up));
    return { layers: [{ hidden, output: tf.matMul(hidden, w.down) }], largest: tf.argMax(hidden, 1) };
  };
  const pair = await pairOf(body, { ids: hostTensor(Int32Array.of(3, 0, 6), [3]) });
  dispose();
  return pair;
}

/** A few training steps of a small language model; then its weights, and another function over them. */
export async function train(): Promise<Pair> {
  const run = async (engine: Executor) => {
    const { variables, loss, dispose } = model(1);
    const optimizer = momentum(variables, 0.9);
    const step = engine.compileStep(loss, optimizer, variables);
    const evaluate = engine.compile((inputs) => loss(inputs), { state: variables });
    const losses: number[] = [];
    const data = batches(2, 4);
    for (const batch of data) losses.push((await step(batch, { rate: 0.1 })).loss);
    const after = await evaluate(data[0]!);
    await engine.pull();
    const weights = values(variables);
    await step.dispose();
    await evaluate.dispose();
    optimizer.dispose();
    dispose();
    return { losses: hostTensor(losses, [losses.length]), weights, after };
  };
  return { actual: await run(executor), expected: await run(eagerExecutor()) };
}

/** Training with so few operators that a software GPU has compiled their shaders in seconds. */
export async function trainLittle(): Promise<Pair> {
  const run = async (engine: Executor) => {
    const weights = tf.variable(tf.tensor2d([0.1, -0.2, 0.3, 0.4, 0.5, -0.6], [2, 3]));
    const loss = ({ x, labels }: { x: tf.Tensor2D; labels: tf.Tensor1D }) =>
      softmaxCrossEntropy(tf.matMul(x, weights), labels);
    const step = engine.compileStep(loss, tf.train.sgd(0.5), [weights]);
    const batch = { x: hostTensor([1, 0.5, -2, 1], [2, 2]), labels: hostTensor([2, 0], [2], 'int32') };
    const losses: number[] = [];
    for (let i = 0; i < 3; i++) losses.push((await step(batch)).loss);
    await engine.pull();
    const result = { losses: hostTensor(losses, [losses.length]), weights: values([weights]) };
    await step.dispose();
    weights.dispose();
    return result;
  };
  return { actual: await run(executor), expected: await run(eagerExecutor()) };
}

/** A model file made in the page, with an input for it and what the eager function gives. */
export async function exported(): Promise<{ bytes: Uint8Array; ids: Int32Array; expected: HostTree }> {
  const { w, dispose } = model(11);
  const body = ({ ids }: { ids: tf.Tensor }) => ({
    layers: [{ hidden: tf.matMul(tf.gather(w.embedding, ids), w.up) }],
  });
  const ids = Int32Array.of(1, 4);
  const inputs = { ids: hostTensor(ids, [2]) };
  const bytes = exportOnnx(body, inputs);
  const expected = await eagerExecutor().compile(body)(inputs);
  dispose();
  return { bytes, ids, expected };
}

/** The error messages for what is not available in a browser. */
export async function refusals(): Promise<string[]> {
  const message = (error: Error) => error.message;
  return Promise.all([
    createExecutor({ provider: 'cuda' }).then(String, message),
    createExecutor({ provider: 'wasm', threads: 2 }).then(String, message),
  ]);
}
