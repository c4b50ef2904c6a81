/** Numbers in order: an array or a typed array of them. */
export type Numbers = ArrayLike<number>;

/**
 * A float64 copy.
 * @throws when a value is NaN or infinite, naming its place: one of them would spoil every statistic in silence.
 */
export function toFinite(values: Numbers, what: string): Float64Array {
  const copy = Float64Array.from(values);
  for (let i = 0; i < copy.length; i++) {
    if (!Number.isFinite(copy[i])) {
      throw new Error(`${what} has the value ${copy[i]} at index ${i}; leave out or fix what is not a finite number.`);
    }
  }
  return copy;
}

/** @throws when two lists that go in pairs differ in length. */
export function requirePairs(a: Numbers, b: Numbers): void {
  if (a.length !== b.length) {
    throw new Error(`Pairs need two lists of one length; these have ${a.length} and ${b.length} values.`);
  }
}
