import { startBackend } from '@interlayer/runtime';
import { createExecutor, hostTensor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import type { Benchmark } from './benchmark';
import { type Contestant, interleave, median } from './interleave';
import { startPeer } from './peer';

const [M, K, N] = [4096, 768, 3072];
const GFLOP = (2 * M * K * N) / 1e9;

/** One product [4096, 768] × [768, 3072], the result left where it was computed. */
export const matmul: Benchmark = {
  name: 'matmul',
  async run({ threads, rounds, python }) {
    const a = Float32Array.from({ length: M * K }, (_, i) => Math.sin(i));
    const b = Float32Array.from({ length: K * N }, (_, i) => Math.cos(i));
    const medians: Record<string, number> = {};
    const notes: Record<string, unknown> = {};
    for (const count of threads) {
      const plural = `${count} thread${count > 1 ? 's' : ''}`;
      const executor = await createExecutor({ provider: 'cpu', threads: count, spin: true });
      const product = executor.compile(({ a, b }) => tf.matMul(a, b));
      const inputs = { a: hostTensor(a, [M, K]), b: hostTensor(b, [K, N]) };
      const contestants: Contestant[] = [
        { name: `compiled, ${plural}`, run: async () => void (await product(inputs)) as undefined },
      ];
      const peer = python && (await startPeer(python, 'matmul', count, '.'));
      if (peer) contestants.push({ name: `PyTorch, ${plural}`, run: async () => (await peer.run()).ms });
      const times = await interleave(contestants, { rounds });
      for (const [name, values] of Object.entries(times)) medians[name] = GFLOP / (median(values) / 1e3);
      if (peer) {
        notes.peer = peer.about;
        peer.close();
      }
      await executor.dispose();
    }
    await startBackend({ backend: 'wasm', log: () => {} });
    const [x, y] = [tf.tensor2d(a, [M, K]), tf.tensor2d(b, [K, N])];
    const times = await interleave(
      [
        {
          name: 'wasm',
          run: async () => {
            tf.matMul(x, y).dispose();
            return undefined;
          },
        },
      ],
      { rounds: Math.min(rounds, 5), warmUp: 1 },
    );
    tf.dispose([x, y]);
    medians.wasm = GFLOP / (median(times.wasm!) / 1e3);
    const most = Math.max(...threads);
    const ratios: Record<string, number> = {};
    for (const count of threads) {
      const plural = `${count} thread${count > 1 ? 's' : ''}`;
      const torch = medians[`PyTorch, ${plural}`];
      if (torch) ratios[`compiledVsTorch${count}`] = medians[`compiled, ${plural}`]! / torch;
      if (count === most) ratios.compiledVsWasm = medians[`compiled, ${plural}`]! / medians.wasm;
    }
    return { title: 'matMul [4096, 768] × [768, 3072]', unit: 'GFLOP/s', medians, ratios, notes };
  },
};
