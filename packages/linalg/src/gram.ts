import { centredRows, columnMeans } from './column-means';
import { type Float64Matrix, type Matrix, requireFinite, zeros } from './matrix';
import { addProduct, mirror, rowBlocks } from './products';
import { transpose } from './transpose';

export interface CenterOption {
  /** Subtract the column means first (two passes, so nothing cancels). Off unless set. */
  center?: boolean;
}

/**
 * The p × p Gram matrix XᵀX of an n × p matrix, exactly symmetric.
 * @throws when a value of X is not finite, or X has no rows and is to be centred.
 */
export function gram(X: Matrix, { center = false }: CenterOption = {}): Float64Matrix {
  requireFinite('X', X);
  const means = center ? columnMeans(X) : new Float64Array(X.columns);
  const products = zeros(X.columns, X.columns);
  for (const block of rowBlocks(X)) {
    const x = transpose(centredRows(block, means));
    addProduct(products, x, x, { lower: true });
  }
  return mirror(products);
}
