import type { Matrix } from '@interlayer/linalg';
import { Batches } from './batches';
import { centredGram } from './centred-gram';
import { type Estimate, requireRows } from './estimator';
import { gramForm } from './gram-form';
import type { Heatmap } from './heatmap';
import type { Layers } from './layers';

/**
 * The minibatch estimator of linear CKA (Nguyen, Raghu & Kornblith 2021): debiased HSIC is averaged over batches, then CKA is
 * the ratio of the averages. Only pairs of items within a batch are compared, so it differs from CKA of all rows, and
 * varies more; but it holds three numbers for each pair of points, and multiplies less where points are wider than batches are
 * long. With one batch it is the debiased CKA.
 */
export class MinibatchCka extends Batches {
  #totals: Estimate[] | undefined;
  #batches = 0;

  protected override check(rows: number): void {
    requireRows(rows, 'debiased');
  }

  protected override async addMatrices({ names, pairs }: Layers, matrices: readonly Matrix[]): Promise<void> {
    const options = { estimator: 'debiased', kernel: 'linear', matmul: this.matmul } as const;
    const grams = [];
    for (const [k, X] of matrices.entries()) grams.push(await centredGram(names[k], X, options));
    const estimates = await gramForm(grams, pairs, 'debiased');
    this.#totals = estimates.map(({ value, diagonal }, at) => ({
      value: value + (this.#totals?.[at].value ?? 0),
      diagonal: diagonal + (this.#totals?.[at].diagonal ?? 0),
    }));
    this.#batches++;
  }

  /** Batches so far. */
  get batches(): number {
    return this.#batches;
  }

  /** CKA of every pair over the batches so far; more may be added afterwards. */
  override heatmap(): Heatmap {
    const layers = this.layers();
    return {
      ...layers.heatmap(this.#totals!, this.matmul ? 'single' : 'double'),
      estimator: 'debiased',
      n: this.n,
    };
  }
}
