/**
 * ‖Σₖ cₖ vₖ‖² as a function of c. Thousands of resamples ask for it: where the vectors are longer than they are many, it is
 * read from their products, Σₖₗ cₖ cₗ vₖ·vₗ.
 */
export function squaredLength(vectors: readonly Float64Array[]): (c: ArrayLike<number>) => number {
  const length = vectors[0]?.length ?? 0;
  if (vectors.length >= 2 * length) return (c) => lengthOfSum(vectors, c, length);
  const products = vectors.map((vector, k) => vectors.slice(0, k + 1).map((other) => dot(vector, other)));
  return (c) => {
    let total = 0;
    for (let k = 0; k < products.length; k++) {
      if (c[k] === 0) continue;
      const row = products[k];
      let others = 0;
      for (let l = 0; l < k; l++) others += c[l] * row[l];
      total += c[k] * (c[k] * row[k] + 2 * others);
    }
    // Where the sum is 0, rounding may leave less.
    return Math.max(0, total);
  };
}

function lengthOfSum(vectors: readonly Float64Array[], c: ArrayLike<number>, length: number): number {
  const sum = new Float64Array(length);
  for (let k = 0; k < vectors.length; k++) {
    if (c[k] === 0) continue;
    for (let j = 0; j < length; j++) sum[j] += c[k] * vectors[k][j];
  }
  return dot(sum, sum);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}
