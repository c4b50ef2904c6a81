import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Matmul, type Matrix, rowsOf } from '@interlayer/linalg';
import { fitLinear, Scorer } from '@interlayer/nonlinearity';
import { converse, type Peer } from './peer';

const RIDGE = 1e-5;
/** Rows whose R² shows that all contestants fitted the same map. */
const SCORED = 1000;

/** Inputs of about unit variance, and outputs that are half linear in them. */
export function componentRows(rows: number, width: number): { X: Matrix; Y: Matrix } {
  const x = Float32Array.from({ length: rows * width }, (_, i) => Math.sin(i * i * 0.37) + Math.sin(i * 1.7));
  const y = x.map((value, i) => Math.abs(value) + x[i - (i % width) + ((i + 7) % width)]!);
  return { X: { rows, columns: width, data: x }, Y: { rows, columns: width, data: y } };
}

/** One map, timed, and its R² on the first rows. */
export async function timedFit({ X, Y }: { X: Matrix; Y: Matrix }, matmul?: Matmul) {
  const start = performance.now();
  const model = await fitLinear({ X, Y, ridge: RIDGE, matmul });
  const ms = performance.now() - start;
  const scorer = new Scorer(model);
  const scored = Math.min(SCORED, X.rows);
  await scorer.add(rowsOf(X, 0, scored), rowsOf(Y, 0, scored));
  return { ms, value: scorer.scores().r2! };
}

/** Calls back with a function that starts numpy's side on these rows, and removes what it read. */
export async function withNumpyFit<T>(
  { X, Y }: { X: Matrix; Y: Matrix },
  body: (start: (python: string, threads: number) => Promise<Peer<number>>) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'interlayer-bench-'));
  try {
    const [x, y] = [join(folder, 'x.f32'), join(folder, 'y.f32')];
    writeFileSync(x, X.data);
    writeFileSync(y, Y.data);
    const script = fileURLToPath(new URL('../numpy/nonlinearity.py', import.meta.url));
    return await body((python, threads) => {
      const args = [script, threads, x, y, X.rows, X.columns, Math.min(SCORED, X.rows), RIDGE];
      return converse('the numpy peer of "nonlinearity"', python, args.map(String));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
