/** Numbers in order: an array or a typed array of them. */
export type Numbers = ArrayLike<number>;

/**
 * @throws when a value is NaN or infinite, with its index: one such value would silently spoil every statistic.
 */
export function requireFinite(values: Numbers, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new Error(
        `${what} has the value ${values[i]} at index ${i}; leave out or fix what is not a finite number.`,
      );
    }
  }
}

/**
 * A float64 copy.
 * @throws when a value is not finite.
 */
export function toFinite(values: Numbers, what: string): Float64Array {
  requireFinite(values, what);
  return new Float64Array(values);
}

/** @throws when two lists that go in pairs differ in length. */
export function requirePairs(a: Numbers, b: Numbers): void {
  if (a.length !== b.length) {
    throw new Error(`Pairs need two lists of the same length; these have ${a.length} and ${b.length} values.`);
  }
}

/** The least value; ∞ when there are none. (The spread of Math.min fails on long lists.) */
export function minimum(values: Numbers): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (values[i] < least) least = values[i];
  return least;
}

/** The largest value; −∞ when there are none. */
export function maximum(values: Numbers): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (values[i] > largest) largest = values[i];
  return largest;
}
