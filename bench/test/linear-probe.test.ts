import { rmSync } from 'node:fs';
import { tolerance } from '@interlayer/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import { fitProbePath, handOverProblem, probeProblem } from '../src/linear-probe';
import { findSklearn, startSklearnPeer } from '../src/sklearn-peer';

const problem = probeProblem(400, 12, 4);

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
