import { type LinearModel, type Matmul, type Matrix, predict, requireSameRows } from '@interlayer/linalg';
import { type BootstrapInterval, type BootstrapOptions, clusterBootstrap } from '@interlayer/stats';
import { ClusterSums } from './cluster-sums';
import { InFlight } from './in-flight';
import { type Measure, measures } from './measures';
import { requireInRange } from './range';
import { type Scores, scoresFrom, weightedMeasures } from './scores';

export interface IntervalOptions extends BootstrapOptions {
  /** All measures unless set. `gamma` and `gammaByCluster` cost next to nothing, each of the others clusters · q a resample. */
  measures?: readonly Measure[];
}

export type Intervals = Partial<Record<Measure, BootstrapInterval>>;

/**
 * Scores an affine map on rows that it was not fitted to and that arrive in batches. Kept are sums for each cluster, 4 · q
 * doubles, from which intervals follow without the rows.
 */
export class Scorer {
  readonly #model: LinearModel;
  readonly #matmul: Matmul | undefined;
  readonly #sums: ClusterSums;
  readonly #adding = new InFlight();
  #clustered: boolean | undefined;

  /** @param options `matmul` computes predictions, rounded to float32; float64 loops unless given. */
  constructor(model: LinearModel, { matmul }: { matmul?: Matmul } = {}) {
    this.#model = model;
    this.#matmul = matmul;
    this.#sums = new ClusterSums(model.coefficients.rows);
  }

  /**
   * Adds rows: X is [n, p], Y [n, q].
   * @param clusters The cluster of each row (its sentence), which may continue in later batches; for all batches or for none.
   * Without them there are no intervals, and all rows are one cluster.
   * @throws when a shape does not fit or a value is not finite or cannot be squared; nothing is added then.
   */
  async add(X: Matrix, Y: Matrix, clusters?: ArrayLike<unknown>): Promise<void> {
    await this.#adding.during(async () => {
      requireSameRows('X', X, 'Y', Y);
      if (Y.columns !== this.#sums.q)
        throw new Error(`Y has ${Y.columns} columns; the map has ${this.#sums.q} outputs.`);
      if (clusters && clusters.length !== Y.rows)
        throw new Error(`There are ${clusters.length} clusters for ${Y.rows} rows; give the cluster of each row.`);
      if (this.#clustered !== undefined && this.#clustered !== (clusters !== undefined))
        throw new Error('Some batches have clusters and others do not; give them for all batches or for none.');
      requireInRange('X', X);
      requireInRange('Y', Y);
      const predicted = await predict(this.#model, X, this.#matmul);
      requireInRange('The prediction', predicted);
      if (Y.rows > 0) this.#clustered = clusters !== undefined;
      this.#sums.add(Y, predicted, (row) => clusters?.[row]);
    });
  }

  /**
   * All measures for the rows so far.
   * @throws when there are none, or a batch is still being added.
   */
  scores(): Scores {
    return scoresFrom(this.#complete());
  }

  /**
   * Bootstrap intervals over clusters; rows within a cluster are not resampled. The map stays as it is, so they hold for this
   * map and for other text, not for maps fitted to other text.
   * @returns by measure, as `clusterBootstrap` of `@interlayer/stats` gives them; `degenerate` says why one has no bounds.
   * @throws when batches had no clusters, or an option is out of range.
   */
  intervals({ measures: wanted = measures, ...options }: IntervalOptions): Intervals {
    const clusters = this.#clustersFor(wanted);
    const { degenerate } = scoresFrom(clusters);
    const intervals = clusterBootstrap([...clusters.keys()], weightedMeasures(clusters, wanted), options);
    return Object.fromEntries(
      wanted.map((name, i) => [name, { ...intervals[i], ...(degenerate[name] && { degenerate: degenerate[name] }) }]),
    );
  }

  /**
   * A measure of the rows so far as a function of weights, one for each cluster in the order in which they first occurred: for
   * resampling together with other statistics. All weights 1 give the measure of {@link scores}; the function gives NaN where
   * it is undefined.
   * @throws as {@link intervals}, for batches without clusters and an unknown measure.
   */
  weighted(measure: Measure): (weights: ArrayLike<number>) => number {
    const clusters = this.#clustersFor([measure]);
    const measured = weightedMeasures(clusters, [measure]);
    return (weights) => {
      if (weights.length !== clusters.length)
        throw new Error(`There are ${weights.length} weights for ${clusters.length} clusters; give one for each.`);
      return measured(weights)[0];
    };
  }

  #clustersFor(wanted: readonly Measure[]) {
    const clusters = this.#complete();
    if (!this.#clustered)
      throw new Error('Intervals are over clusters; give add() the cluster of each row (its sentence, or its number).');
    const unknown = wanted.find((name) => !measures.includes(name));
    if (unknown !== undefined) throw new Error(`There is no measure "${unknown}"; there are ${measures.join(', ')}.`);
    return clusters;
  }

  #complete() {
    this.#adding.requireNone();
    const { list } = this.#sums;
    if (list.length === 0) throw new Error('No rows were added, so there is nothing to score.');
    return list;
  }
}
