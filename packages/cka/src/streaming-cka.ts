import type { Matrix } from '@interlayer/linalg';
import { Batches } from './batches';
import { biasWarning, type Estimator, requireRows } from './estimator';
import type { Heatmap } from './heatmap';
import type { Layers } from './layers';
import { LinearSums } from './linear-sums';

/**
 * Linear CKA of all pairs of points of two models, or of one, exactly as from all rows at once, without holding them: the
 * memory is p · q doubles for each pair (a p × p matrix for each point included), whatever the number of batches. Batches of
 * a thousand rows and more are the fastest.
 */
export class StreamingCka extends Batches {
  #sums: LinearSums | undefined;

  protected override async addMatrices({ names, pairs }: Layers, matrices: readonly Matrix[]): Promise<void> {
    this.#sums ??= new LinearSums(names, pairs, this.matmul);
    await this.#sums.add(matrices);
  }

  /**
   * CKA of every pair over the rows so far; more may be added afterwards.
   * @param options `estimator` is `'debiased'` unless set.
   * @throws when there are too few rows for the estimator.
   */
  override heatmap({ estimator = 'debiased' }: { estimator?: Estimator } = {}): Heatmap {
    const layers = this.layers();
    requireRows(this.n, estimator);
    const sums = this.#sums!;
    const estimates = layers.pairs.map((_, at) => sums.estimate(at, estimator));
    const warning = biasWarning(this.n, layers.widest, estimator);
    return { ...layers.heatmap(estimates, sums.precision), ...(warning && { warning }), estimator, n: this.n };
  }
}
