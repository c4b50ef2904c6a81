import * as tf from '@tensorflow/tfjs-core';
import { listen } from './listen';
import type { Hookable } from './tap';

/**
 * For authors of models: asserts that a target declares each point once, and that a run on `input` fires every declared
 * point and no other.
 *
 * @returns how often each point fired.
 * @throws Error that names every point that is silent, undeclared or declared twice.
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
    throw new Error(`The target's list of points does not match its run; ${listed.join('; ')}. Correct the list.`);
  }
  return Object.fromEntries(fired) as Record<P, number>;
}
