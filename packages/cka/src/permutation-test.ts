import type { Matrix } from '@interlayer/linalg';
import { randomIndex } from '@interlayer/stats';
import { type CentredGram, spans } from './centred-gram';
import { gramsOf } from './cka';
import { rowsByCluster } from './clusters';
import { normalizer } from './estimator';
import { gramForm } from './gram-form';
import { requirePair } from './options';
import { ONE_PAIR } from './pairs';
import { quotient, type Ratio, ratio } from './ratio';
import type { ClusterOptions } from './weighted-cka';

export interface PermutationOptions extends ClusterOptions {
  /** A 32-bit integer. The same seed gives the same permutations. */
  seed: number;
  /** 999 unless set; the smallest p-value is 1 / (permutations + 1). */
  permutations?: number;
}

/** CKA, and what it is when the items of Y are shuffled. */
export interface PermutationTest extends Ratio {
  /** The share of permutations, the identity among them, with a CKA at least as large; null where CKA is undefined. */
  p: number | null;
  /** CKA of each permutation, in no order. */
  permuted: Float64Array;
  seed: number;
}

/**
 * Tests whether X and Y are independent, by CKA with the items of Y permuted. With clusters, whole clusters swap, each with
 * others of as many rows, in the order of their rows; one of a size of its own stays. The test is exact if clusters are
 * exchangeable. It holds two n × n matrices, and each permutation takes n² / 2 products.
 *
 * @throws as {@link cka}, and when there is not one cluster for each row, no two clusters have the same size, or an option is
 * out of range.
 */
export async function permutationTest(X: Matrix, Y: Matrix, options: PermutationOptions): Promise<PermutationTest> {
  requirePair(X, Y, options);
  const { seed, permutations = 999, estimator = 'debiased' } = options;
  if (!Number.isSafeInteger(permutations) || permutations < 1)
    throw new Error(`permutations is ${permutations}; give a positive integer.`);
  const n = X.rows;
  const classes = sizeClasses(rowsByCluster(options.clusters ?? [...Array(n).keys()], n));
  if (classes.every(({ length }) => length === 1))
    throw new Error(
      'No two clusters have the same number of rows, so none can be swapped; cut them to common lengths.',
    );
  const draw = randomIndex(seed);
  const grams = await gramsOf(X, Y, options);
  const [xy, xx, yy] = await gramForm(grams, ONE_PAIR, estimator);
  const observed = ratio({ xy, xx, yy }, options.matmul ? 'single' : 'double');
  if (observed.value === null) return { ...observed, p: null, permuted: new Float64Array(0), seed };
  const [K, L] = [await heldGram(grams[0]), await heldGram(grams[1])];
  const divisor = normalizer(n, estimator);
  const permuted = Float64Array.from({ length: permutations }, () =>
    quotient(inner(K, L, shuffled(classes, n, draw)) / divisor, xx.value, yy.value),
  );
  // Permutations that change nothing (of equal rows) must not fall below the observed value by rounding.
  const bar = observed.value - 1e-12;
  const reached = permuted.reduce((count, each) => count + (each >= bar ? 1 : 0), 1);
  return { ...observed, p: reached / (permutations + 1), permuted, seed };
}

/** The clusters by their number of rows. */
function sizeClasses(clusters: readonly number[][]): number[][][] {
  const classes = new Map<number, number[][]>();
  for (const rows of clusters) {
    const others = classes.get(rows.length);
    if (others) others.push(rows);
    else classes.set(rows.length, [rows]);
  }
  return [...classes.values()];
}

/** For each row, the row that takes its place: a permutation of the clusters within each class. */
function shuffled(classes: readonly number[][][], n: number, draw: (n: number) => number): Int32Array {
  const places = new Int32Array(n);
  for (const clusters of classes) {
    const order = clusters.slice();
    for (let last = order.length - 1; last > 0; last--) {
      const other = draw(last + 1);
      [order[last], order[other]] = [order[other], order[last]];
    }
    for (const [i, rows] of clusters.entries()) for (const [j, row] of rows.entries()) places[row] = order[i][j];
  }
  return places;
}

/** All of a Gram matrix: [n, n]. */
async function heldGram({ n, block }: CentredGram): Promise<Float64Array> {
  const values = new Float64Array(n * n);
  for (const [from, to] of spans(n)) {
    const rows = await block(from, to);
    for (let i = from; i < to; i++) {
      for (let j = from; j < n; j++) values[i * n + j] = values[j * n + i] = rows[(i - from) * (n - from) + j - from];
    }
  }
  return values;
}

/** Σ Kᵢⱼ Lₚ₍ᵢ₎ₚ₍ⱼ₎ */
function inner(K: Float64Array, L: Float64Array, places: Int32Array): number {
  const n = places.length;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const row = places[i] * n;
    let below = 0;
    for (let j = 0; j < i; j++) below += K[i * n + j] * L[row + places[j]];
    total += 2 * below + K[i * n + i] * L[row + places[i]];
  }
  return total;
}
