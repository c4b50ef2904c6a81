/**
 * The largest difference between two tensors, and the largest magnitude in the expected one. Where −∞ is expected (a masked
 * pair), anything below −1e8 is right and everything else is infinitely wrong.
 */
export function difference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  counts: (index: number) => boolean = () => true,
): { error: number; magnitude: number } {
  if (actual.length !== expected.length) return { error: Number.POSITIVE_INFINITY, magnitude: 0 };
  let error = 0;
  let magnitude = 0;
  for (let i = 0; i < expected.length; i++) {
    if (!counts(i)) continue;
    if (expected[i] === Number.NEGATIVE_INFINITY) {
      if (!(actual[i]! < -1e8)) error = Number.POSITIVE_INFINITY;
      continue;
    }
    magnitude = Math.max(magnitude, Math.abs(expected[i]!));
    const off = Math.abs(actual[i]! - expected[i]!);
    error = Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(error, off);
  }
  return { error, magnitude };
}
