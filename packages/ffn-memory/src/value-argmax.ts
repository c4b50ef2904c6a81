import type { Matrix } from './matrix';
import { type ReadoutOptions, top } from './top';

/**
 * The token that each memory cell promotes most: the top of p = softmax(v · Eᵀ). A positive coefficient does not change the
 * ranking, so the token is the cell's own, whatever the input; a negative one reverses it.
 *
 * @param values second feed-forward matrix, one value per row: [cells, d]
 * @param embedding one row per token: [vocabulary, d]
 * @returns a token id for each cell: [cells]
 */
export function valueArgmax(values: Matrix, embedding: Matrix, options?: ReadoutOptions): Promise<Int32Array> {
  return top(values, embedding, options);
}
