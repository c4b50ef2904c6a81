const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

/** The density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / ROOT_TWO_PI;
}

/** P(Z > x) for x ≥ 0, to about 1e-14 of itself. */
function upperTail(x: number): number {
  if (x >= 2) return normalDensity(x) / continuedFraction(x);
  // Φ(x) − ½ = φ(x) · (x + x³/3 + x⁵/(3·5) + …): no term is negative, so nothing cancels.
  let term = x;
  let total = x;
  for (let k = 3; term > total * 1e-17; k += 2) total += term *= (x * x) / k;
  return 0.5 - normalDensity(x) * total;
}

/** φ(x) / P(Z > x) for x ≥ 2: Laplace's x + 1/(x + 2/(x + …)), from its far end; 100 levels are ample from 2 on. */
function continuedFraction(x: number): number {
  let fraction = x;
  for (let k = 100; k >= 1; k--) fraction = x + k / fraction;
  return fraction;
}

/** Φ(x), the probability that a standard normal variable is at most x; the lower tail keeps its relative precision. */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  return x < 0 ? upperTail(-x) : 1 - upperTail(x);
}

/**
 * The x with Φ(x) = p, to about 1e-15: a rational first guess (Abramowitz & Stegun 26.2.23), then Halley steps on Φ.
 * @param p In [0, 1]; the ends give −∞ and ∞.
 * @throws when p is out of range.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new Error(`The probability of a normal quantile is ${p}; it must lie in [0, 1].`);
  if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (p === 0.5) return 0;
  // The smaller tail, because 1 − p of a small p has lost its digits.
  const tail = Math.min(p, 1 - p);
  const t = Math.sqrt(-2 * Math.log(tail));
  let x = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  // Each step cubes the error, 4.5e-4 at first.
  for (let step = 0; step < 3; step++) {
    const error =
      tail > 1e-300
        ? (tail - upperTail(x)) / normalDensity(x)
        : // The density has lost its digits, or is 0.
          Math.exp(Math.log(tail) + (x * x) / 2) * ROOT_TWO_PI - 1 / continuedFraction(x);
    x -= error / (1 - (x * error) / 2);
  }
  return p < 0.5 ? -x : x;
}
