import { type Float64Matrix, type Matrix, zeros } from '@interlayer/linalg';

/** 1 − the mean cosine between rows, and its gradient by the predictions. */
export interface CosineLoss {
  loss: number;
  /** ∂ loss / ∂ predicted: [n, q] */
  gradient: Float64Matrix;
}

/**
 * 1 − mean cos(y, f(x)), over the rows where neither vector is 0; the others have no cosine, and a gradient of 0.
 * @param predicted [n, q]
 * @param Y [n, q]
 * @throws when no row has a cosine.
 */
export function cosineLoss(predicted: Float64Matrix, Y: Matrix): CosineLoss {
  const { rows: n, columns: q } = Y;
  const gradient = zeros(n, q);
  let cosines = 0;
  let defined = 0;
  for (let at = 0; at < n * q; at += q) {
    const [f, y] = [predicted.data.subarray(at, at + q), Y.data.subarray(at, at + q)];
    let [ff, yy, fy] = [0, 0, 0];
    for (let j = 0; j < q; j++) {
      ff += f[j] * f[j];
      yy += y[j] * y[j];
      fy += f[j] * y[j];
    }
    if (ff === 0 || yy === 0) continue;
    const [lengthF, lengthY] = [Math.sqrt(ff), Math.sqrt(yy)];
    const cosine = fy / lengthF / lengthY;
    for (let j = 0; j < q; j++) gradient.data[at + j] = (cosine * (f[j] / lengthF) - y[j] / lengthY) / lengthF;
    cosines += cosine;
    defined++;
  }
  if (defined === 0)
    throw new Error(`None of ${n} rows has a cosine: the target or the prediction is 0 in each. Give other rows.`);
  for (let i = 0; i < gradient.data.length; i++) gradient.data[i] /= defined;
  return { loss: 1 - cosines / defined, gradient };
}
