import type { Hookable, Tap } from './tap';

/**
 * Makes a {@link Hookable} of a plain function of tfjs tensors. The type of the points is inferred: from a list of
 * literals, or from template literals (`` `layers.${n}.output` as const ``).
 *
 * @param points every point that `fn` fires; names must not repeat or contain `*` or `#` (globs and call numbers).
 * @param fn the computation; it must call `tap(point, value)` and continue with what it returns.
 * @throws Error for a name that repeats or contains a reserved character.
 */
export function hookable<const P extends string, I, O>(
  points: readonly P[],
  fn: (input: I, tap: Tap<NoInfer<P>>) => O,
): Hookable<P, I, O> {
  const seen = new Set<P>();
  for (const point of points) {
    if (point === '' || /[*#]/.test(point)) {
      throw new Error(`"${point}" is no point name: it must not be empty or contain "*" or "#"; rename the point.`);
    }
    if (seen.has(point)) throw new Error(`The point "${point}" is declared twice; list each point once.`);
    seen.add(point);
  }
  return { points: [...points], run: fn };
}
