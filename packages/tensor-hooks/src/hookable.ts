import type { Hookable, Tap } from './tap';

/**
 * Turns a plain function of tfjs tensors into a {@link Hookable}. The type of the points is inferred from a list of
 * literals or of template literals (`` `layers.${n}.output` as const ``).
 *
 * @param points every point that `fn` fires. Names must not repeat or contain `*` or `#` (globs and call numbers).
 * @param fn the computation; it must call `tap(point, value)` and continue with the returned value.
 * @throws Error for a name that repeats or contains a reserved character.
 */
export function hookable<const P extends string, I, O>(
  points: readonly P[],
  fn: (input: I, tap: Tap<NoInfer<P>>) => O,
): Hookable<P, I, O> {
  const seen = new Set<P>();
  for (const point of points) {
    if (point === '' || /[*#]/.test(point)) {
      throw new Error(
        `"${point}" cannot name a point: a name must not be empty or contain "*" or "#". Rename the point.`,
      );
    }
    if (seen.has(point)) throw new Error(`The point "${point}" is declared twice; list each point once.`);
    seen.add(point);
  }
  return { points: [...points], run: fn };
}
