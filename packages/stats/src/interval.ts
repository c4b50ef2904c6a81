/** An estimate with an interval. */
export interface Interval {
  estimate: number;
  lower: number;
  upper: number;
  /** The nominal coverage, such as 0.95. */
  level: number;
  method: string;
  /** How many units the estimate rests on. */
  n: number;
  /**
   * Why the sample bounds nothing (a single unit, no variation, …), in words; absent otherwise. The interval is then
   * (−∞, ∞), which no rule can mistake for a sharp one.
   */
  degenerate?: string;
}

/** @throws when a nominal coverage is not strictly between 0 and 1. */
export function requireLevel(level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new Error(`The level is ${level}; a coverage lies strictly between 0 and 1, such as 0.95.`);
  }
}

export const UNBOUNDED = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
