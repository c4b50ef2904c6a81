import fc from 'fast-check';

/**
 * A finite float32 number in [-scale, scale] on a grid, without subnormals, infinities or NaN: `fc.double` is not uniform, and
 * backends may flush subnormals.
 */
export const values = (scale = 2): fc.Arbitrary<number> =>
  fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((k) => Math.fround((k / 2 ** 20) * scale));

/** A shape of `rank` axes with lengths in [1, max]. */
export const shape = (rank: number, max = 5): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max }), { minLength: rank, maxLength: rank });

/** A matrix with its row-major values; shrinks the shape first, then the values. */
export const matrix = ({
  rows = 5,
  columns = 5,
  scale = 2,
} = {}): fc.Arbitrary<{
  rows: number;
  columns: number;
  data: Float64Array;
}> =>
  fc
    .tuple(fc.integer({ min: 1, max: rows }), fc.integer({ min: 1, max: columns }))
    .chain(([n, p]) =>
      fc
        .array(values(scale), { minLength: n * p, maxLength: n * p })
        .map((data) => ({ rows: n, columns: p, data: Float64Array.from(data) })),
    );

/** A permutation of 0 … n − 1. */
export const permutation = (n: number): fc.Arbitrary<number[]> =>
  fc.shuffledSubarray([...Array(n).keys()], { minLength: n, maxLength: n });
