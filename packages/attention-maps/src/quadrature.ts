/** A rule for integrals over [0, 1]: Σ weights[k] · f(nodes[k]). */
export interface Quadrature {
  nodes: Float64Array;
  /** They sum to 1. */
  weights: Float64Array;
}

/** The midpoint rule; its error falls as 1 / steps². */
export function midpoint(steps: number): Quadrature {
  requireSteps(steps);
  return {
    nodes: Float64Array.from({ length: steps }, (_, k) => (k + 0.5) / steps),
    weights: new Float64Array(steps).fill(1 / steps),
  };
}

/** The Gauss–Legendre rule, exact for polynomials of degree 2 · steps − 1. Newton's method on the Legendre polynomial. */
export function gaussLegendre(steps: number): Quadrature {
  requireSteps(steps);
  const nodes = new Float64Array(steps);
  const weights = new Float64Array(steps);
  for (let k = 0; k < steps; k++) {
    // Tricomi's first guess of the root; each step doubles its digits.
    let x = -Math.cos((Math.PI * (k + 0.75)) / (steps + 0.5));
    let slope = 0;
    for (let iteration = 0; iteration < 8; iteration++) {
      const { value, derivative } = legendre(steps, x);
      slope = derivative;
      x -= value / derivative;
    }
    nodes[k] = (1 + x) / 2;
    weights[k] = 1 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

/** The Legendre polynomial of a degree, by its three-term recurrence. */
function legendre(degree: number, x: number): { value: number; derivative: number } {
  let [previous, value] = [1, x];
  for (let k = 2; k <= degree; k++) [previous, value] = [value, ((2 * k - 1) * x * value - (k - 1) * previous) / k];
  return { value, derivative: (degree * (x * value - previous)) / (x * x - 1) };
}

function requireSteps(steps: number): void {
  if (!Number.isSafeInteger(steps) || steps < 1)
    throw new Error(`An integration rule of ${steps} steps cannot be made; give a positive integer.`);
}
