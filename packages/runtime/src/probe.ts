import { runChild } from './child';
import { resolved } from './installed';
import { firstLine } from './say';

/** What a child process found out. */
export interface Probe {
  works: boolean;
  /** Why it does not work. */
  reason?: string;
  /** Shared libraries that the process had loaded at its end (Linux only). */
  libraries?: string[];
}

/** The graph `b = a + a` on two floats, as ONNX (opset 17): the smallest thing that a provider can run. */
const ADD = 'CAk6NQoOCgFhCgFhEgFiIgNBZGQSAWdaDwoBYRIKCggIARIECgIIAmIPCgFiEgoKCAgBEgQKAggCQgQKABAR';

const WEBGPU = `
const [entry, model] = process.argv.slice(1);
const ort = require(entry);
const fs = require('node:fs');
(async () => {
  const options = { executionProviders: ['webgpu'], logSeverityLevel: 4 };
  const session = await ort.InferenceSession.create(Buffer.from(model, 'base64'), options);
  const { b } = await session.run({ a: new ort.Tensor('float32', Float32Array.of(1, 2), [2]) });
  let libraries = [];
  try {
    libraries = [...new Set(fs.readFileSync('/proc/self/maps', 'utf8').match(/\\/\\S+\\.so\\S*/g) ?? [])];
  } catch {}
  report({ works: b.data[0] === 2 && b.data[1] === 4, reason: 'gave a wrong sum', libraries });
  process.exit(0);
})().catch((error) => {
  report({ works: false, reason: String(error.message) });
  process.exit(0);
});`;

const TFJS_NODE_GPU = `
const util = require('node:util');
util.isNullOrUndefined ??= (value) => value == null;
const tf = require(process.argv[1]);
const product = tf.matMul(tf.ones([64, 64]), tf.ones([64, 64])).dataSync();
const gpu = tf.backend().isUsingGpuDevice === true;
report({ works: gpu && product[0] === 64, reason: gpu ? 'gave a wrong product' : 'loads, but its TensorFlow sees no GPU (CUDA 11.2 and cuDNN 8 are needed)' });
process.exit(0);`;

/** Runs one addition on onnxruntime's WebGPU provider in a child process (about half a second). */
export async function probeWebgpu(env: Record<string, string> = {}): Promise<Probe> {
  return await answer('onnxruntime-node', WEBGPU, [ADD], env);
}

/** Loads tfjs-node-gpu in a child process and multiplies two matrices there. */
export async function probeTfjsNodeGpu(): Promise<Probe> {
  return await answer('@tensorflow/tfjs-node-gpu', TFJS_NODE_GPU, [], { TF_CPP_MIN_LOG_LEVEL: '2' });
}

async function answer(name: string, code: string, args: string[], env: Record<string, string>): Promise<Probe> {
  try {
    return await runChild<Probe>(code, { args: [resolved(name), ...args], env });
  } catch (error) {
    return { works: false, reason: firstLine(error) };
  }
}
