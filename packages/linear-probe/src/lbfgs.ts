import { lineSearch } from './line-search';

/** Returns the value at x, and writes the gradient there. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface MinimizeOptions {
  /** The largest component of the gradient (its ∞-norm) must fall below this; 1e-6 unless set. */
  tolerance?: number;
  /** 1000 unless set. */
  maxIterations?: number;
}

export interface Minimum {
  x: Float64Array;
  value: number;
  /** ∞-norm of the gradient, below the tolerance. */
  gradientNorm: number;
  iterations: number;
  /** Times that the objective was computed. */
  evaluations: number;
}

/** Pairs of steps and changes of the gradient from which the curvature is estimated. */
const MEMORY = 10;

interface Pair {
  step: Float64Array;
  change: Float64Array;
  /** 1 / stepᵀchange */
  rho: number;
}

/**
 * The minimum of a smooth convex function by L-BFGS (Nocedal 1980). It draws no random numbers.
 * @throws when the value or gradient at the start is not finite, or the gradient stays above the tolerance.
 */
export function minimize(
  objective: Objective,
  start: Float64Array,
  { tolerance = 1e-6, maxIterations = 1000 }: MinimizeOptions = {},
): Minimum {
  if (!(tolerance > 0)) throw new Error(`The tolerance is ${tolerance}; give a positive bound on the gradient.`);
  const n = start.length;
  let [x, gradient] = [start.slice(), new Float64Array(n)];
  let [next, nextGradient] = [new Float64Array(n), new Float64Array(n)];
  let value = objective(x, gradient);
  let evaluations = 1;
  if (!Number.isFinite(value + largest(gradient)))
    throw new Error(`The loss is ${value} at the start; every feature and weight must be finite.`);
  const pairs: Pair[] = [];
  for (let iterations = 0; ; iterations++) {
    const gradientNorm = largest(gradient);
    if (gradientNorm < tolerance) return { x, value, gradientNorm, iterations, evaluations };
    if (iterations >= maxIterations)
      throw new Error(
        `After ${iterations} iterations the largest component of the gradient is ${gradientNorm}, not below ${tolerance}. Standardise the columns, raise lambda, or allow more with maxIterations.`,
      );
    const direction = descentDirection(gradient, pairs);
    const at = (step: number) => {
      evaluations++;
      for (let i = 0; i < n; i++) next[i] = x[i] + step * direction[i];
      const value = objective(next, nextGradient);
      return { value, slope: dot(nextGradient, direction) };
    };
    const first = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(dot(gradient, gradient)));
    value = lineSearch(at, { value, slope: dot(gradient, direction) }, first).value;
    remember(pairs, difference(next, x), difference(nextGradient, gradient));
    [x, next] = [next, x];
    [gradient, nextGradient] = [nextGradient, gradient];
  }
}

/** −Hg, where H is the inverse Hessian as the pairs describe it: the two-loop recursion. */
function descentDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const alphas: number[] = [];
  for (const { step, change, rho } of pairs.toReversed()) {
    const alpha = rho * dot(step, direction);
    alphas.push(alpha);
    add(direction, -alpha, change);
  }
  const latest = pairs.at(-1);
  if (latest) {
    const scale = 1 / (latest.rho * dot(latest.change, latest.change));
    for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  }
  for (const { step, change, rho } of pairs) add(direction, alphas.pop()! - rho * dot(change, direction), step);
  return direction;
}

/** Takes in a pair, unless rounding has left it without curvature. */
function remember(pairs: Pair[], step: Float64Array, change: Float64Array): void {
  const curvature = dot(step, change);
  if (!(curvature > Number.EPSILON * dot(change, change))) return;
  pairs.push({ step, change, rho: 1 / curvature });
  if (pairs.length > MEMORY) pairs.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function add(a: Float64Array, factor: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i] += factor * b[i];
}

const difference = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - b[i]);

function largest(values: Float64Array): number {
  let most = 0;
  // Negated, so that NaN is not passed over.
  for (const value of values) if (!(Math.abs(value) <= most)) most = Math.abs(value);
  return most;
}
