import { startBackend } from '@interlayer/runtime';
import { createExecutor, hostTensor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import type { Benchmark, EagerJob } from './benchmark';
import { type Contestant, interleave, median } from './interleave';
import { startNativePeer, startPeer } from './peer';

const [M, K, N] = [4096, 768, 3072];
const GFLOP = (2 * M * K * N) / 1e9;

const newInputs = () => [
  Float32Array.from({ length: M * K }, (_, i) => Math.sin(i)),
  Float32Array.from({ length: K * N }, (_, i) => Math.cos(i)),
];

export function eagerJob(): EagerJob {
  const [a, b] = newInputs();
  const [x, y] = [tf.tensor2d(a!, [M, K]), tf.tensor2d(b!, [K, N])];
  return {
    run: async () => void tf.matMul(x, y).dispose() as undefined,
    close: () => tf.dispose([x, y]),
  };
}

/** One product [4096, 768] × [768, 3072], the result left where it was computed. */
export const matmul: Benchmark = {
  name: 'matmul',
  async run({ threads, rounds, python }) {
    const [a, b] = newInputs();
    const medians: Record<string, number> = {};
    const notes: Record<string, unknown> = {};
    for (const count of threads) {
      const plural = `${count} thread${count > 1 ? 's' : ''}`;
      const executor = await createExecutor({ provider: 'cpu', threads: count, spin: true });
      const product = executor.compile(({ a, b }) => tf.matMul(a, b));
      const inputs = { a: hostTensor(a!, [M, K]), b: hostTensor(b!, [K, N]) };
      const contestants: Contestant[] = [
        { name: `compiled, ${plural}`, run: async () => void (await product(inputs)) as undefined },
      ];
      const peer = python && (await startPeer(python, 'matmul', count, '.'));
      if (peer) contestants.push({ name: `PyTorch, ${plural}`, run: async () => (await peer.run()).ms });
      const native = await startNativePeer('matmul', count);
      contestants.push(...native.contestants);
      const times = await interleave(contestants, { rounds });
      for (const [name, values] of Object.entries(times)) medians[name] = GFLOP / (median(values) / 1e3);
      if (peer) {
        notes.peer = peer.about;
        peer.close();
      }
      notes.tfjsNode = native.about;
      native.close();
      await executor.dispose();
    }
    await startBackend({ backend: 'wasm', log: () => {} });
    const eager = eagerJob();
    const times = await interleave([{ name: 'wasm', run: eager.run }], { rounds: Math.min(rounds, 5), warmUp: 1 });
    await eager.close();
    medians.wasm = GFLOP / (median(times.wasm!) / 1e3);
    const most = Math.max(...threads);
    const ratios: Record<string, number> = {};
    for (const count of threads) {
      const plural = `${count} thread${count > 1 ? 's' : ''}`;
      const torch = medians[`PyTorch, ${plural}`];
      if (torch) ratios[`compiledVsTorch${count}`] = medians[`compiled, ${plural}`]! / torch;
      const native = medians[`tfjs-node, ${plural}`];
      if (native) ratios[`compiledVsTfjsNode${count}`] = medians[`compiled, ${plural}`]! / native;
      if (count === most) ratios.compiledVsWasm = medians[`compiled, ${plural}`]! / medians.wasm;
    }
    return { title: 'matMul [4096, 768] × [768, 3072]', unit: 'GFLOP/s', medians, ratios, notes };
  },
};
