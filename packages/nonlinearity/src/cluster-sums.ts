import type { Matrix } from '@interlayer/linalg';

/** Sums over the rows of one cluster, from which every measure follows for any weights of the clusters. */
export interface ClusterSum {
  rows: number;
  /** Rows whose target and prediction are not 0. */
  cosines: number;
  /** Σ cos(y, f(x)) over them. */
  cosineSum: number;
  /** Rows whose target is not 0. */
  directions: number;
  /** Σ y / ‖y‖ over them: [q] */
  directionSum: Float64Array;
  /** The mean of y: [q] */
  means: Float64Array;
  /** Σ (y − mean)²: [q] */
  spreads: Float64Array;
  /** Σ (y − f(x))²: [q] */
  residuals: Float64Array;
}

const emptySum = (q: number): ClusterSum => ({
  rows: 0,
  cosines: 0,
  cosineSum: 0,
  directions: 0,
  directionSum: new Float64Array(q),
  means: new Float64Array(q),
  spreads: new Float64Array(q),
  residuals: new Float64Array(q),
});

/** The sums of every cluster, as rows arrive in any order: 4 · q doubles each. */
export class ClusterSums {
  readonly q: number;
  readonly #sums = new Map<unknown, ClusterSum>();

  constructor(q: number) {
    this.q = q;
  }

  /** In the order in which the clusters first occur. */
  get list(): ClusterSum[] {
    return [...this.#sums.values()];
  }

  /** Adds rows of targets and predictions, [n, q] each, of finite values. */
  add(Y: Matrix, predicted: Matrix, clusterOf: (row: number) => unknown): void {
    for (let row = 0; row < Y.rows; row++) {
      const cluster = clusterOf(row);
      const sum = this.#sums.get(cluster) ?? emptySum(this.q);
      this.#sums.set(cluster, sum);
      addRow(sum, Y.data, predicted.data, row * this.q, this.q);
    }
  }
}

type Values = Matrix['data'];

function addRow(sum: ClusterSum, y: Values, f: Values, at: number, q: number): void {
  const { directionSum, means, spreads, residuals } = sum;
  sum.rows++;
  let [yy, ff, yf] = [0, 0, 0];
  for (let j = 0; j < q; j++) {
    const [target, prediction] = [y[at + j], f[at + j]];
    yy += target * target;
    ff += prediction * prediction;
    yf += target * prediction;
    residuals[j] += (target - prediction) ** 2;
    // Welford: nothing cancels, and a constant feature has a spread of exactly 0.
    const deviation = target - means[j];
    means[j] += deviation / sum.rows;
    spreads[j] += deviation * (target - means[j]);
  }
  if (yy === 0) return;
  const length = Math.sqrt(yy);
  sum.directions++;
  for (let j = 0; j < q; j++) directionSum[j] += y[at + j] / length;
  if (ff === 0) return;
  sum.cosines++;
  sum.cosineSum += yf / length / Math.sqrt(ff);
}
