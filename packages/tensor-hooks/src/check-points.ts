import * as tf from '@tensorflow/tfjs-core';
import { listen } from './listen';
import type { Hookable } from './tap';

/**
 * For authors of models: asserts that a target declares each point once, and that in a run on `input` every declared
 * point fires and no other one does.
 *
 * @returns how many times each point fired.
 * @throws Error which names every point that is silent, undeclared or declared twice.
 */
export function checkPoints<P extends string, I>(target: Hookable<P, I>, input: NoInfer<I>): Record<P, number> {
  const { points } = target;
  const undeclared = new Set<string>();
  const { tap, fired } = listen(
    points,
    () => (value) => value,
    (point) => undeclared.add(point),
  );
  tf.tidy(() => {
    target.run(input, tap);
  });
  const problems = [
    { what: 'declared twice', names: points.filter((point, i) => points.indexOf(point) < i) },
    { what: 'declared, but never fired', names: points.filter((point) => !fired.has(point)) },
    { what: 'fired, but not declared', names: [...undeclared] },
  ].filter(({ names }) => names.length > 0);
  if (problems.length > 0) {
    const listed = problems.map(({ what, names }) => `${what}: ${names.map((name) => `"${name}"`).join(', ')}`);
    throw new Error(`The points of the target do not match its run; ${listed.join('; ')}. Fix its list of points.`);
  }
  return Object.fromEntries(fired) as Record<P, number>;
}
