import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Float64Matrix, matmul, matrix } from '@interlayer/linalg';
import { defaultLambdas, type FittedModel, fitLogistic } from '@interlayer/linear-probe';
import { median } from '@interlayer/stats';
import type { Benchmark } from './benchmark';
import { interleave } from './interleave';
import type { Peer } from './peer';
import { findSklearn, startSklearnPeer } from './sklearn-peer';
import { withThreads } from './with-threads';

const TOLERANCE = 1e-6;
/** At most four times scikit-learn's time. */
const BAR = 0.25;

export interface ProbeShape {
  rows: number;
  columns: number;
  classes: number;
}

const FULL: ProbeShape = { rows: 20_000, columns: 768, classes: 10 };

export interface ProbeProblem {
  X: Float64Matrix;
  ids: Int32Array;
  classes: number;
}

/** Features of about unit variance, and classes that a noisy linear map of them decides. */
export function probeProblem({ rows, columns, classes }: ProbeShape): ProbeProblem {
  const waves = (length: number, step: number, size: number) =>
    Float64Array.from({ length }, (_, i) => size * Math.sin(i * i * step));
  const X = matrix(waves(rows * columns, 0.37, Math.SQRT2), columns);
  const scores = matmul(X, matrix(waves(classes * columns, 0.11, 1), columns)).data;
  const noise = waves(rows * classes, 0.53, Math.sqrt(columns));
  const ids = Int32Array.from({ length: rows }, (_, i) => {
    const row = scores.subarray(i * classes, (i + 1) * classes).map((score, c) => score + noise[i * classes + c]!);
    return row.indexOf(row.reduce((a, b) => Math.max(a, b)));
  });
  return { X, ids, classes };
}

/** Fits the path, each penalty from the last one's minimum. */
export function fitProbePath({ X, ids, classes }: ProbeProblem): FittedModel[] {
  const weights = new Float64Array(X.rows).fill(1);
  const models: FittedModel[] = [];
  for (const lambda of defaultLambdas)
    models.push(fitLogistic({ X, ids, classes, weights, lambda, start: models.at(-1), tolerance: TOLERANCE }));
  return models;
}

/** Writes the problem for bench/sklearn/peer.py, in a folder that the caller removes. */
export function handOverProblem({ X, ids }: ProbeProblem): string {
  const folder = mkdtempSync(join(tmpdir(), 'interlayer-probe-'));
  const facts = { rows: X.rows, columns: X.columns, lambdas: defaultLambdas, tolerance: TOLERANCE };
  writeFileSync(join(folder, 'problem.json'), JSON.stringify(facts));
  writeFileSync(join(folder, 'x.f64'), X.data);
  writeFileSync(join(folder, 'ids.i32'), ids);
  return folder;
}

/** A path of seven penalties on one thread, and scikit-learn's on one and more. */
export const benchmarkOf = (shape: ProbeShape): Benchmark => ({
  name: 'linear-probe',
  async run({ threads, rounds }) {
    const problem = probeProblem(shape);
    const ours = 'linear-probe, 1 thread';
    const losses: Record<string, number> = {};
    const notes: Record<string, unknown> = {};
    const contestants = [
      {
        name: ours,
        run: async () => {
          const models = fitProbePath(problem);
          losses[ours] = models.at(-1)!.loss;
          notes.iterations = models.reduce((sum, { iterations }) => sum + iterations, 0);
          return undefined;
        },
      },
    ] as { name: string; run(): Promise<number | undefined> }[];
    const python = findSklearn();
    const folder = handOverProblem(problem);
    const peers: Peer[] = [];
    try {
      for (const count of python ? threads : []) {
        const peer = await startSklearnPeer(python!, count, folder);
        peers.push(peer);
        const name = withThreads('scikit-learn', count);
        contestants.push({
          name,
          run: async () => {
            const { ms, value, ...rest } = await peer.run();
            losses[name] = value!;
            notes[name] = { ...(peer.about as object), ...rest };
            return ms;
          },
        });
      }
      // A run takes many seconds, far longer than it takes to warm up.
      const times = await interleave(contestants, { rounds: Math.min(rounds, 3), warmUp: 1 });
      const medians = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, median(ms) / 1e3]));
      const ratios = Object.fromEntries(
        (python ? threads : []).map((count) => [
          `probeVsSklearn${count}`,
          medians[withThreads('scikit-learn', count)]! / medians[ours]!,
        ]),
      );
      const { rows, columns, classes } = shape;
      return {
        title: `logistic probe, ${rows} × ${columns}, ${classes} classes, ${defaultLambdas.length} penalties, gradient below ${TOLERANCE}`,
        unit: 's',
        medians,
        ratios,
        bars: Object.fromEntries(Object.keys(ratios).map((name) => [name, BAR])),
        notes: { ...notes, losses },
      };
    } finally {
      for (const peer of peers) peer.close();
      rmSync(folder, { recursive: true });
    }
  },
});

export const linearProbe = benchmarkOf(FULL);
