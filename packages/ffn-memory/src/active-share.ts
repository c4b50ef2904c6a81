import { type Matrix, requireMatrix } from '@interlayer/linalg';

/**
 * Share of the cells that fire at each input, with a coefficient above `threshold` (0: the paper's "active" for ReLU).
 *
 * @param coefficients m: [n, cells]
 * @returns shares in [0, 1]: [n]
 */
export function activeShare(coefficients: Matrix, threshold = 0): Float64Array {
  requireMatrix('coefficients', coefficients);
  const { rows: n, columns: cells } = coefficients;
  return Float64Array.from({ length: n }, (_, row) => {
    let active = 0;
    for (let i = 0; i < cells; i++) if (coefficients.data[row * cells + i]! > threshold) active++;
    return active / cells;
  });
}
