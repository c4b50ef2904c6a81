/** Properties of re-ordered stacks, in float64: CO1 to CO3 of Zhao et al. (2021) as this repository specifies them. */
import { randomValues, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { identity, type Order, remove, shuffle, swap, viewLayers } from '../src/index';

type Vector = number[];
type Map = (x: Vector) => Vector;
type Affine = { A: number[][]; a: Vector };

const WIDTH = 6;

const run = (layers: readonly Map[], order: Order, x: Vector): Vector =>
  viewLayers(layers, order).reduce((state, { layer }) => layer(state), x);

const plus = (x: Vector, y: Vector, factor = 1): Vector => x.map((value, i) => value + factor * y[i]);
const minus = (x: Vector, y: Vector): Vector => plus(x, y, -1);
const norm = (x: Vector): number => Math.hypot(...x);
const times = (A: readonly Vector[], x: Vector): Vector =>
  A.map((row) => row.reduce((sum, value, i) => sum + value * x[i], 0));
const product = (A: number[][], B: number[][]): number[][] =>
  A.map((row) => B[0].map((_, j) => row.reduce((sum, value, k) => sum + value * B[k][j], 0)));

/** Random maps W₂ tanh(W₁ x + b), smooth and not linear. */
function branches(count: number, seed: number): Map[] {
  const rows = (from: number): Vector[] => Array.from({ length: WIDTH }, (_, i) => [...randomValues(WIDTH, from + i)]);
  return Array.from({ length: count }, (_, layer) => {
    const at = seed * 1000 + layer * 100;
    const [first, second, bias] = [rows(at), rows(at + 20), [...randomValues(WIDTH, at + 40)]];
    return (x) => times(second, plus(times(first, x), bias).map(Math.tanh));
  });
}

const normalized = (x: Vector): Vector => {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return x.map((value) => (value - mean) / Math.sqrt(variance));
};

/** The log-log slope of an error between two sizes of the branches. */
const slope = (error: (epsilon: number) => number): number => Math.log2(error(2 ** -15) / error(2 ** -16));

const seeds = fc.integer({ min: 0, max: 100_000 });
const inputOf = (seed: number): Vector => [...randomValues(WIDTH, seed * 1000 + 999)];

test('CO1: swapping residual layers is an error of second order in their branches, removing one of first order', () => {
  fc.assert(
    fc.property(seeds, fc.boolean(), (seed, postLn) => {
      const after = postLn ? normalized : (x: Vector) => x;
      const maps = branches(2, seed);
      const x = after(inputOf(seed));
      const error = (order: Order) => (epsilon: number) => {
        const layers = maps.map(
          (branch): Map =>
            (x) =>
              after(plus(x, branch(x), epsilon)),
        );
        return norm(minus(run(layers, order, x), run(layers, identity(2), x)));
      };
      expect(Math.abs(slope(error(swap(2, 0, 1))) - 2)).toBeLessThan(tolerance.logLogSlope);
      expect(Math.abs(slope(error(remove(identity(2), [1]))) - 1)).toBeLessThan(tolerance.logLogSlope);
    }),
  );
});

/** Small whole numbers, on which float64 is exact. */
const whole = fc.integer({ min: -4, max: 4 });
const vector = fc.array(whole, { minLength: WIDTH, maxLength: WIDTH });
const affine: fc.Arbitrary<Affine> = fc.record({
  A: fc.array(vector, { minLength: WIDTH, maxLength: WIDTH }),
  a: vector,
});
const powerOfTwo = fc.integer({ min: 0, max: 8 }).map((k) => 2 ** -k);
const residual =
  ({ A, a }: Affine, epsilon: number): Map =>
  (x) =>
    plus(x, plus(times(A, x), a), epsilon);

test('CO1: without skips the relative error of a swap does not depend on the size of the branches', () => {
  fc.assert(
    fc.property(affine, affine, vector, powerOfTwo, ({ A }, { A: B }, x, epsilon) => {
      const relative = (epsilon: number) => {
        const layers = [A, B].map(
          (M): Map =>
            (x) =>
              times(M, x).map((value) => epsilon * value),
        );
        const inOrder = run(layers, identity(2), x);
        return norm(minus(run(layers, swap(2, 0, 1), x), inOrder)) / norm(inOrder);
      };
      expect(relative(epsilon)).toBe(relative(1));
    }),
  );
});

test('CO2: a swap of affine residual layers changes the output by ε² times their commutator, exactly', () => {
  fc.assert(
    fc.property(affine, affine, vector, powerOfTwo, (f, g, x, epsilon) => {
      const layers = [f, g].map((map) => residual(map, epsilon));
      const difference = minus(run(layers, identity(2), x), run(layers, swap(2, 0, 1), x));
      // f, then g: (1 + εB)((1 + εA) x + εa) + εb. What differs is ε² ([B, A] x + Ba − Ab).
      const commutator = minus(times(product(g.A, f.A), x), times(product(f.A, g.A), x));
      const expected = plus(commutator, minus(times(g.A, f.a), times(f.A, g.a)));
      expect(difference.map((value) => value + 0)).toEqual(expected.map((value) => value * epsilon ** 2 + 0));
    }),
  );
});

test('CO2: layers that commute can stand in any order: diagonal ones, and polynomials of one matrix', () => {
  const diagonal = vector.map((entries) => entries.map((entry, i) => entries.map((_, j) => (i === j ? entry : 0))));
  const polynomials = fc
    .tuple(affine, fc.array(fc.tuple(whole, whole), { minLength: 3, maxLength: 3 }))
    .map(([{ A }, all]) => {
      const squared = product(A, A);
      return all.map(([p, q]) => A.map((row, i) => row.map((value, j) => p * value + q * squared[i][j])));
    });
  const commuting = fc.oneof(fc.array(diagonal, { minLength: 3, maxLength: 3 }), polynomials);
  fc.assert(
    fc.property(commuting, vector, fc.integer(), (matrices, x, seed) => {
      const layers = matrices.map((A) => residual({ A, a: x.map(() => 0) }, 1));
      expect(run(layers, shuffle(3, { seed }), x)).toEqual(run(layers, identity(3), x));
    }),
  );
});

test('CO3: layers that all read the input and add to the same sum can stand in any order', () => {
  fc.assert(
    fc.property(fc.array(affine, { minLength: 1, maxLength: 6 }), vector, fc.integer(), (maps, input, seed) => {
      const layers = maps.map(
        ({ A, a }): Map =>
          (sum) =>
            plus(sum, plus(times(A, input), a)),
      );
      const order = shuffle(layers.length, { seed });
      expect(run(layers, order, input)).toEqual(run(layers, identity(layers.length), input));
    }),
  );
});
