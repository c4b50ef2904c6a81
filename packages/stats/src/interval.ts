import { normalQuantile } from './normal';

/** An estimate with an interval. */
export interface Interval {
  estimate: number;
  lower: number;
  upper: number;
  /** The nominal coverage, such as 0.95. */
  level: number;
  method: string;
  /** Number of units behind the estimate. */
  n: number;
  /**
   * Why the sample gives no bounds (a single unit, no variation, …), in words; otherwise absent. The interval is then
   * (−∞, ∞), which no rule can mistake for a precise one.
   */
  degenerate?: string;
}

/** The z with P(|Z| ≤ z) = level. From the tail, because (1 + level) / 2 rounds to 1 for levels near 1. */
export function criticalValue(level: number): number {
  requireLevel(level);
  return -normalQuantile((1 - level) / 2);
}

/** @throws when a nominal coverage is not strictly between 0 and 1. */
export function requireLevel(level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new Error(`The level is ${level}; a coverage lies strictly between 0 and 1, such as 0.95.`);
  }
}

export const UNBOUNDED = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
