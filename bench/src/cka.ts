import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Points, StreamingCka } from '@interlayer/cka';
import type { Matmul, Matrix } from '@interlayer/linalg';
import { startBackend } from '@interlayer/runtime';
import { median } from '@interlayer/stats';
import { compileMatmul, createExecutor } from '@interlayer/tensor-compile';
import type { BenchContext, Benchmark } from './benchmark';
import { interleave } from './interleave';
import { peakMemoryOf } from './peak-memory';
import { converse, findPython, type Peer } from './peer';
import { withThreads } from './with-threads';

export interface CkaShape {
  rows: number;
  width: number;
  layers: number;
}

const FULL: CkaShape = { rows: 10_000, width: 768, layers: 12 };
/** At most twice numpy's time, and at most this much memory, MB. */
const BAR = 0.5;
const MEMORY = 1500;
const BATCH = 1024;

/** What all layers of both models are made of: [rows, width]. */
export const baseOf = ({ rows, width }: CkaShape): Float32Array =>
  Float32Array.from({ length: rows * width }, (_, i) => Math.sin(i * i * 0.37) + Math.sin(i * 1.7));

/** Rows `from` … `to` − 1 of a layer, as bench/numpy/cka.py makes it. */
function layerOf(
  base: Float32Array,
  { width, layers }: CkaShape,
  model: number,
  index: number,
  from: number,
  to: number,
): Matrix {
  const weight = Math.fround((index + 1) / layers);
  const shift = 37 * index + 11 * model;
  const data = new Float32Array((to - from) * width);
  for (let i = from; i < to; i++) {
    for (let j = 0; j < width; j++) {
      const first = base[i * width + (model === 0 ? j : width - 1 - j)]!;
      data[(i - from) * width + j] = first + weight * base[i * width + ((j + shift) % width)]! + model + 1;
    }
  }
  return { rows: to - from, columns: width, data };
}

/** CKA of all layers of one model with all of the other, from batches; the making of the batches is not timed. */
export async function streamed(base: Float32Array, shape: CkaShape, matmul?: Matmul) {
  const stream = new StreamingCka({ matmul });
  let ms = 0;
  for (let from = 0; from < shape.rows; from += BATCH) {
    const to = Math.min(from + BATCH, shape.rows);
    const [a, b] = [0, 1].map(
      (model): Points =>
        Object.fromEntries(
          Array.from({ length: shape.layers }, (_, index) => [index, layerOf(base, shape, model, index, from, to)]),
        ),
    ) as [Points, Points];
    const start = performance.now();
    await stream.add(a, b);
    ms += performance.now() - start;
  }
  const start = performance.now();
  const { values } = stream.heatmap({ estimator: 'biased' });
  return { ms: ms + performance.now() - start, value: values as number[][] };
}

/** Writes what numpy reads, calls back with its path, and removes it. */
export async function withBase<T>(base: Float32Array, body: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'interlayer-bench-'));
  try {
    const path = join(folder, 'base.f32');
    writeFileSync(path, base);
    return await body(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A Python with numpy, if there is one. */
export const findNumpy = () =>
  findPython('the numpy side', 'import numpy; assert (numpy.ones((2, 2), "f") @ numpy.ones((2, 1), "f")).sum() == 4');

/** Starts numpy's side, whose runs resolve to CKA of every pair of layers. */
export function numpyPeer(
  python: string,
  threads: number,
  path: string,
  { rows, width, layers }: CkaShape,
): Promise<Peer<number[][]>> {
  const script = fileURLToPath(new URL('../numpy/cka.py', import.meta.url));
  return converse('the numpy peer of "cka"', python, [script, threads, path, rows, width, layers].map(String));
}

/** Linear CKA of all pairs of layers of two models, against the plain float32 formula in numpy. */
export const benchmarkOf = (shape: CkaShape): Benchmark => ({
  name: 'cka',
  async run({ threads, rounds }: BenchContext) {
    await startBackend({ backend: 'cpu', log: () => {} });
    const base = baseOf(shape);
    const python = findNumpy();
    const medians: Record<string, number> = {};
    const ratios: Record<string, number> = {};
    const bars: Record<string, number> = {};
    const notes: Record<string, unknown> = {};
    await withBase(base, async (path) => {
      for (const count of threads) {
        const executor = await createExecutor({ provider: 'cpu', threads: count, spin: true });
        const matmul = compileMatmul(executor);
        const peer = python ? await numpyPeer(python, count, path, shape) : undefined;
        const values: Record<string, number[][]> = {};
        const contestant = (name: string, run: () => Promise<{ ms: number; value: number[][] }>) => ({
          name: withThreads(name, count),
          async run() {
            const result = await run();
            values[name] = result.value;
            return result.ms;
          },
        });
        const times = await interleave(
          [
            contestant('compiled', () => streamed(base, shape, matmul)),
            ...(peer ? [contestant('numpy', () => peer.run())] : []),
          ],
          { rounds: Math.min(rounds, 5), warmUp: 1 },
        );
        for (const [name, ms] of Object.entries(times)) medians[name] = median(ms) / 1e3;
        await executor.dispose();
        if (!peer) continue;
        peer.close();
        notes.numpy = peer.about;
        notes.largestDifference = Math.max(
          ...values.compiled!.flatMap((row, i) => row.map((value, j) => Math.abs(value - values.numpy![i]![j]!))),
        );
        const ratio = `compiledVsNumpy${count}`;
        ratios[ratio] = medians[withThreads('numpy', count)]! / medians[withThreads('compiled', count)]!;
        bars[ratio] = BAR;
      }
    });
    const { rows, width, layers } = shape;
    const peakMemoryMB = peakMemoryOf(
      new URL('./cka-memory.ts', import.meta.url),
      [Math.max(...threads), rows, width, layers].map(String),
    );
    ratios.memoryLimitVsPeak = MEMORY / peakMemoryMB;
    bars.memoryLimitVsPeak = 1;
    return {
      title: `CKA of ${layers} × ${layers} layers, ${rows} tokens, d ${width}`,
      unit: 's',
      medians,
      ratios,
      bars,
      notes: { ...notes, peakMemoryMB },
    };
  },
});

export const cka = benchmarkOf(FULL);
