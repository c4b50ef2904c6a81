import { centredRows, columnMeans } from './column-means';
import type { CenterOption } from './gram';
import { type Float64Matrix, type Matrix, requireFinite, requireSameRows, zeros } from './matrix';
import { addProduct, rowBlocks } from './products';
import { transpose } from './transpose';

/**
 * The p × q matrix XᵀY of an n × p and an n × q matrix. With `center` both are centred.
 * @throws when the two have different numbers of rows, a value is not finite, or there are no rows to centre.
 */
export function crossProduct(X: Matrix, Y: Matrix, { center = false }: CenterOption = {}): Float64Matrix {
  requireSameRows('X', X, 'Y', Y);
  requireFinite('X', X);
  requireFinite('Y', Y);
  const [meansX, meansY] = [X, Y].map((each) => (center ? columnMeans(each) : new Float64Array(each.columns)));
  const products = zeros(X.columns, Y.columns);
  const blocksY = rowBlocks(Y);
  for (const block of rowBlocks(X)) {
    const y = transpose(centredRows(blocksY.next().value!, meansY));
    addProduct(products, transpose(centredRows(block, meansX)), y);
  }
  return products;
}
