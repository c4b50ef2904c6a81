import { criticalValue } from './interval';
import { normalCdf, normalQuantile } from './normal';

function requirePower(power: number): void {
  if (!(power > 0 && power < 1))
    throw new Error(`The power is ${power}; it lies strictly between 0 and 1, such as 0.8.`);
}

function requirePositive(value: number, name: string): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new Error(`The ${name} is ${value}; it must be a positive finite number.`);
  }
}

function requireProbability(value: number, name: string): void {
  if (!(value > 0 && value < 1)) throw new Error(`The ${name} is ${value}; it must lie strictly between 0 and 1.`);
}

/**
 * The probability that an interval estimate ± z · standardError excludes 0 when the true effect is `effect`; both sides
 * counted. By normal approximation: Φ(|δ|/s − z) + Φ(−|δ|/s − z).
 * @param standardError Of the estimate, for instance a bootstrap's.
 * @throws when the standard error is not positive, the effect not a number, or the level not in (0, 1).
 */
export function powerOfEffect({
  effect,
  standardError,
  level = 0.95,
}: {
  effect: number;
  standardError: number;
  level?: number;
}): number {
  requirePositive(standardError, 'standard error');
  if (Number.isNaN(effect)) throw new Error('The effect is NaN; give the smallest effect that matters.');
  const z = criticalValue(level);
  const shift = Math.abs(effect) / standardError;
  return normalCdf(shift - z) + normalCdf(-shift - z);
}

/**
 * The smallest true effect for which an interval of this standard error excludes 0 with the given power:
 * (z + Φ⁻¹(power)) · standardError, by normal approximation (the far side, below 1e-4 at a power of 0.5, is neglected).
 * @throws when the standard error is not positive, or the level or power not in (0, 1).
 */
export function minimumDetectableEffect({
  standardError,
  level = 0.95,
  power = 0.8,
}: {
  standardError: number;
  level?: number;
  power?: number;
}): number {
  requirePower(power);
  requirePositive(standardError, 'standard error');
  return Math.max(0, criticalValue(level) + normalQuantile(power)) * standardError;
}

/**
 * How many units a mean needs to detect an effect of this size with the given power: ((z + Φ⁻¹(power)) · σ/δ)², rounded up.
 * @throws when the effect or the standard deviation is not positive, or the level or power not in (0, 1).
 */
export function sampleSizeForMean({
  effect,
  standardDeviation,
  level = 0.95,
  power = 0.8,
}: {
  effect: number;
  standardDeviation: number;
  level?: number;
  power?: number;
}): number {
  requirePositive(Math.abs(effect), 'size of the effect');
  requirePositive(standardDeviation, 'standard deviation');
  const perUnit = minimumDetectableEffect({ standardError: standardDeviation, level, power });
  return Math.max(1, Math.ceil((perUnit / effect) ** 2));
}

export interface ProportionDesign {
  /** The proportion to be excluded, such as chance. */
  reference: number;
  /** The true proportion to be detected: the reference plus the smallest effect that matters. */
  probability: number;
  level?: number;
}

/**
 * The probability that the interval of a proportion of `n` trials excludes `reference` on the side of `probability`, when
 * the latter is true. Normal approximation of the score test (whose inversion is Wilson's interval):
 * Φ((√n |p₁ − p₀| − z√(p₀(1 − p₀))) / √(p₁(1 − p₁))). Within a few points of the exact power once n·p(1 − p) ≥ 5.
 * @throws when n is not a positive integer or a proportion or level not in (0, 1).
 */
export function powerOfProportion({
  n,
  reference,
  probability,
  level = 0.95,
}: ProportionDesign & { n: number }): number {
  if (!Number.isSafeInteger(n) || n < 1)
    throw new Error(`The number of trials is ${n}; it must be a positive integer.`);
  requireProbability(reference, 'reference proportion');
  requireProbability(probability, 'true proportion');
  const z = criticalValue(level);
  const distance = Math.sqrt(n) * Math.abs(probability - reference) - z * Math.sqrt(reference * (1 - reference));
  return normalCdf(distance / Math.sqrt(probability * (1 - probability)));
}

/**
 * How many trials `powerOfProportion` needs to reach the given power.
 * @throws when the two proportions are equal, or as {@link powerOfProportion}.
 */
export function sampleSizeForProportion({
  reference,
  probability,
  level = 0.95,
  power = 0.8,
}: ProportionDesign & { power?: number }): number {
  requirePower(power);
  requireProbability(reference, 'reference proportion');
  requireProbability(probability, 'true proportion');
  if (reference === probability)
    throw new Error('Equal proportions cannot be told apart by any sample; state an effect.');
  const root =
    (criticalValue(level) * Math.sqrt(reference * (1 - reference)) +
      normalQuantile(power) * Math.sqrt(probability * (1 - probability))) /
    Math.abs(probability - reference);
  return Math.max(1, Math.ceil(Math.max(0, root) ** 2));
}
