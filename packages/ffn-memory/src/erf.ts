/** The error function 2/√π ∫₀ˣ exp(−t²) dt in float64: a series of positive terms near 0, a continued fraction beyond. */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (z > 6) return Math.sign(x);
  const factor = (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z);
  if (z < 2.5) {
    // e^{−z²} Σ 2ⁿ z²ⁿ⁺¹ / (2n + 1)!!: no cancellation, unlike the alternating Taylor series.
    let term = z;
    let sum = z;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * z * z) / (2 * n + 1);
      sum += term;
    }
    return Math.sign(x) * factor * sum;
  }
  // erfc(z) = e^{−z²}/√π · 1/(z + (1/2)/(z + 1/(z + (3/2)/(z + …)))), evaluated from the far end.
  let tail = z;
  for (let n = 60; n >= 1; n--) tail = z + n / 2 / tail;
  return Math.sign(x) * (1 - factor / 2 / tail);
}
