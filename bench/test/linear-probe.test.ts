import { rmSync } from 'node:fs';
import { tolerance } from '@interlayer/test-kit';
import { expect, it, onTestFinished, vi } from 'vitest';
import { benchmarkOf, fitProbePath, handOverProblem, probeProblem } from '../src/linear-probe';
import { findSklearn, startSklearnPeer } from '../src/sklearn-peer';

const SHAPE = { rows: 400, columns: 12, classes: 4 };
const problem = probeProblem(SHAPE);

it('the problem is neither trivial nor pure noise', () => {
  const models = fitProbePath(problem);
  const losses = models.map(({ loss }) => loss);
  // From nearly ln 4 under the largest penalty to well below it, but not to nothing.
  expect(losses[0]).toBeGreaterThan(1.2);
  expect(losses.at(-1)).toBeLessThan(1);
  expect(losses.at(-1)).toBeGreaterThan(0.05);
  for (const { gradientNorm } of models) expect(gradientNorm).toBeLessThan(1e-6);
});

const python = findSklearn();

it.skipIf(!python)('the scikit-learn peer computes what we do', { timeout: 300_000 }, async () => {
  const folder = handOverProblem(problem);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const peer = await startSklearnPeer(python!, 1, folder);
  const answer = (await peer.run()) as { ms: number; value: number; gradientNorm: number };
  peer.close();
  expect(Math.abs(answer.value - fitProbePath(problem).at(-1)!.loss)).toBeLessThan(tolerance.loss);
  expect(answer.gradientNorm).toBeLessThan(1e-3);
});

it('runs without Python, and says loudly what is skipped', async () => {
  vi.stubEnv('INTERLAYER_PYTHON', 'no-such-python');
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { medians, ratios, bars } = await benchmarkOf(SHAPE).run({ threads: [1], rounds: 5, python: undefined });
  expect(said).toHaveBeenCalledWith(expect.stringMatching(/^SKIPPED: the scikit-learn side \(no-such-python/));
  expect(Object.keys(medians)).toEqual(['linear-probe, 1 thread']);
  expect([ratios, bars]).toEqual([{}, {}]);
});

it.skipIf(!python)('states its ratio to scikit-learn, and the bar', { timeout: 300_000 }, async () => {
  const { medians, ratios, bars } = await benchmarkOf(SHAPE).run({ threads: [1], rounds: 5, python });
  const [ours, theirs] = ['linear-probe, 1 thread', 'scikit-learn, 1 thread'].map((name) => medians[name]!);
  expect(ratios).toEqual({ probeVsSklearn1: theirs! / ours! });
  expect(bars).toEqual({ probeVsSklearn1: 0.25 });
});
