import type { Matrix } from '@interlayer/linalg';
import { type CentredGram, centredGram } from './centred-gram';
import { biasWarning, type Estimate, type Estimator } from './estimator';
import { gramForm } from './gram-form';
import type { Kernel } from './kernel';
import { LinearSums } from './linear-sums';
import { type CkaOptions, requirePair } from './options';
import { ONE_PAIR, type Pair } from './pairs';
import { type Ratio, ratio } from './ratio';

/** Centred kernel alignment of two representations of the same items, and how it was computed. */
export interface Cka extends Ratio {
  estimator: Estimator;
  kernel: Kernel;
  /** Rows. */
  n: number;
  /** The σ of each side, with an RBF kernel; Infinity for a constant side. */
  bandwidth?: { x: number; y: number };
  /** Set where the estimate is far above 0 even for independent data. */
  warning?: string;
}

/**
 * How similar two representations of the same items are (Kornblith et al. 2019): HSIC(X, Y) / √(HSIC(X, X) · HSIC(Y, Y)). It
 * ignores rotations, offsets and one scale for all columns, but not other linear maps. With the default, debiased estimator it
 * averages 0 for independent data, and may be slightly negative.
 *
 * Linear kernels are summed by features or by items, whichever is less work; the two agree to rounding. Beside the input it
 * holds (p + q)² or 256 n numbers.
 *
 * @param X one row per item: [n, p]
 * @param Y the same items in the same order: [n, q]
 * @throws when the rows differ in number or are too few (4, or 2 for the biased estimator), a value is not finite, the values'
 * scale is beyond 1e±35 (1e±9 with `matmul`), or an option is out of range.
 */
export async function cka(X: Matrix, Y: Matrix, options: CkaOptions = {}): Promise<Cka> {
  requirePair(X, Y, options);
  const { estimator = 'debiased', kernel = 'linear', matmul } = options;
  const { estimates, bandwidth } = await estimatesOf(X, Y, ONE_PAIR, options);
  const [xy, xx, yy] = estimates;
  const result: Cka = {
    ...ratio({ xy, xx, yy }, matmul ? 'single' : 'double'),
    estimator,
    kernel,
    n: X.rows,
  };
  if (bandwidth) result.bandwidth = bandwidth;
  const warning = biasWarning(X.rows, Math.max(X.columns, Y.columns), estimator);
  if (warning) result.warning = warning;
  return result;
}

/**
 * The Hilbert–Schmidt independence criterion: Song et al.'s unbiased HSIC₁ (2012) unless the estimator is `'biased'`, which is
 * tr(KHLH) / (n − 1)² (Gretton et al. 2005). It depends on the scale of X and Y.
 *
 * @param X [n, p]
 * @param Y [n, q]
 * @throws as {@link cka}.
 */
export async function hsic(X: Matrix, Y: Matrix, options: CkaOptions = {}): Promise<number> {
  requirePair(X, Y, options);
  const { estimates } = await estimatesOf(X, Y, [[0, 1]], options);
  return estimates[0].value;
}

async function estimatesOf(X: Matrix, Y: Matrix, pairs: readonly Pair[], options: CkaOptions) {
  const { estimator = 'debiased', kernel = 'linear', matmul } = options;
  // The work is about n (p + q)² by features and n² (p + q) by items.
  if (kernel === 'linear' && X.rows >= X.columns + Y.columns)
    return { estimates: await featureForm(X, Y, pairs, { estimator, matmul }) };
  const grams = await gramsOf(X, Y, options);
  const [{ bandwidth: x }, { bandwidth: y }] = grams;
  return {
    estimates: await gramForm(grams, pairs, estimator),
    bandwidth: x === undefined || y === undefined ? undefined : { x, y },
  };
}

/** HSIC of pairs of [X, Y] with linear kernels, from products of columns. */
export async function featureForm(
  X: Matrix,
  Y: Matrix,
  pairs: readonly Pair[],
  { estimator = 'debiased', matmul }: Pick<CkaOptions, 'estimator' | 'matmul'>,
): Promise<Estimate[]> {
  const sums = new LinearSums(['X', 'Y'], pairs, matmul);
  await sums.add([X, Y]);
  return pairs.map((_, at) => sums.estimate(at, estimator));
}

/** The centred Gram matrices of X and Y. */
export async function gramsOf(X: Matrix, Y: Matrix, options: CkaOptions): Promise<[CentredGram, CentredGram]> {
  const { estimator = 'debiased', kernel = 'linear', bandwidth, matmul } = options;
  const { x, y } = typeof bandwidth === 'number' ? { x: bandwidth, y: bandwidth } : (bandwidth ?? {});
  return [
    await centredGram('X', X, { estimator, kernel, bandwidth: x, matmul }),
    await centredGram('Y', Y, { estimator, kernel, bandwidth: y, matmul }),
  ];
}
