/** A function of one variable, and its derivative. */
export interface Sample {
  value: number;
  slope: number;
}

const DECREASE = 1e-4;
const CURVATURE = 0.9;
/** Differences of values below this share of them are rounding. */
const ROUNDING = 1e-14;
const MAX_EVALUATIONS = 60;

/**
 * A step that satisfies the Wolfe conditions, by bracketing and safeguarded interpolation (Lewis & Overton 2013). Close to a
 * minimum, where values only differ by rounding, the decrease is judged by the slope instead (Hager & Zhang 2005).
 *
 * @param at Evaluates the function at a step t > 0; where it is not finite, shorter steps are tried.
 * @param start The function at 0, with a negative slope.
 * @param first The first step to try.
 * @throws when no step is found: value and slope do not fit each other, or the function has no lower bound.
 */
export function lineSearch(
  at: (step: number) => Sample,
  start: Sample,
  first: number,
): { step: number; value: number } {
  let short: Sample & { step: number } = { step: 0, ...start };
  let long: (Sample & { step: number }) | undefined;
  let step = first;
  for (let i = 0; i < MAX_EVALUATIONS; i++) {
    const sample = at(step);
    const tried = { step, ...sample };
    if (!decreases(start, tried)) long = tried;
    else if (sample.slope < CURVATURE * start.slope) short = tried;
    else return tried;
    step = long ? between(short, long) : 4 * step;
  }
  throw new Error(
    `No step decreases the loss from ${start.value} along a slope of ${start.slope}; the last one tried was ${step}. Look for values that differ by many orders of magnitude, and standardise the columns.`,
  );
}

function decreases(start: Sample, { step, value, slope }: Sample & { step: number }): boolean {
  if (value <= start.value + DECREASE * step * start.slope) return true;
  return value <= start.value + ROUNDING * Math.abs(start.value) && slope <= (2 * DECREASE - 1) * start.slope;
}

/** The minimum of the cubic through both ends, kept a tenth of the bracket away from them; its middle where there is none. */
function between(a: Sample & { step: number }, b: Sample & { step: number }): number {
  const width = b.step - a.step;
  const d = a.slope + b.slope - (3 * (b.value - a.value)) / width;
  const root = Math.sqrt(d * d - a.slope * b.slope);
  const step = b.step - (width * (b.slope + root - d)) / (b.slope - a.slope + 2 * root);
  if (!Number.isFinite(step)) return a.step + width / 2;
  return Math.min(Math.max(step, a.step + width / 10), b.step - width / 10);
}
