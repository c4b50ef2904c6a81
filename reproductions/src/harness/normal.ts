/** TEMPORARY until stats lands */
export function normalCdf(x: number): number {
  // erfc continued fraction / series
  const z = Math.abs(x) / Math.SQRT2;
  let p: number;
  if (z < 2.5) {
    let term = z;
    let sum = z;
    for (let n = 1; term > sum * 1e-17; n++) sum += term *= (2 * z * z) / (2 * n + 1);
    p = 0.5 - (Math.exp(-z * z) / Math.sqrt(Math.PI)) * sum;
  } else {
    let tail = z;
    for (let n = 60; n >= 1; n--) tail = z + n / 2 / tail;
    p = Math.exp(-z * z) / Math.sqrt(Math.PI) / tail / 2;
  }
  return x > 0 ? 1 - p : p;
}
export function normalQuantile(p: number): number {
  let [low, high] = [-40, 40];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
