/** Sums over the rows x of one side, about an origin. */
export interface MomentsOfSide {
  /** Σ x: [p] */
  sum: Float64Array;
  /** Σ ‖x‖² */
  total: number;
  /** Σ ‖y‖² x, with the norms of the other side: [p] */
  weightedByOther: Float64Array;
}

/** Sums over rows (x, y), each about an origin. */
export interface Moments {
  n: number;
  x: MomentsOfSide;
  y: MomentsOfSide;
  /** Σ xyᵀ: [p, q] */
  products: Float64Array;
  /** Σ ‖x‖² ‖y‖² */
  norms: number;
}

/**
 * What HSIC needs, of the rows about their means instead: ‖Σ xyᵀ‖², Σ ‖x‖² ‖y‖², and Σ ‖x‖² · Σ ‖y‖². Exact algebra, which
 * cancels as many digits as the means lie far from the origins.
 */
export function aboutMeans({ n, x, y, products, norms }: Moments): {
  inner: number;
  diagonal: number;
  traces: number;
} {
  // The means about the origins, d and e.
  const [d, e] = [x.sum.map((sum) => sum / n), y.sum.map((sum) => sum / n)];
  const [dd, ee] = [dot(d, d), dot(e, e)];
  let inner = 0;
  let between = 0;
  for (let i = 0; i < d.length; i++) {
    for (let j = 0; j < e.length; j++) {
      const product = products[i * e.length + j];
      inner += (product - n * d[i] * e[j]) ** 2;
      between += d[i] * product * e[j];
    }
  }
  // Σ ‖x − d‖² ‖y − e‖², multiplied out.
  const diagonal =
    norms -
    2 * (dot(e, y.weightedByOther) + dot(d, x.weightedByOther)) +
    4 * between +
    ee * x.total +
    dd * y.total -
    3 * n * dd * ee;
  return { inner, diagonal, traces: (x.total - n * dd) * (y.total - n * ee) };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
