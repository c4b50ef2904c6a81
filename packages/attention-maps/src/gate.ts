import { type Activation, activationOf } from './activation';
import { gaussLegendre, midpoint } from './quadrature';

/** How the integral is computed: in closed form, or by a rule with so many steps. */
export type Integration = 'closed-form' | { rule: 'midpoint' | 'gauss-legendre'; steps: number };

/** Below this a difference quotient has lost more digits than the slope at half way is off by: x² g‴ / 24. */
const SMALL = 1e-5;

/**
 * Integrated Gradients (Sundararajan et al. 2017) of an activation g over the summands of its input, baseline 0. Summand uⱼ of
 * S = Σ uⱼ is attributed hⱼ = uⱼ ∫₀¹ g′(aS) da, because only the sum matters and the path is straight. The integral is
 * (g(S) − g(0)) / S, or g′(0) at S = 0 (0 for ReLU): one number for all summands, the *gate*, so no integration is needed.
 *
 * @returns S ↦ the gate. Σ hⱼ = g(S) − g(0) exactly in closed form, and up to the rule's error with a rule.
 * @throws for an unknown activation or rule, or steps that are not a positive integer.
 */
export function gateOf(activation: Activation, integration: Integration = 'closed-form'): (sum: number) => number {
  const { value, slope, gate } = activationOf(activation);
  if (integration === 'closed-form') {
    if (gate) return gate;
    const atZero = value(0);
    return (sum) => (Math.abs(sum) < SMALL ? slope(sum / 2) : (value(sum) - atZero) / sum);
  }
  const { nodes, weights } = quadratureOf(integration);
  return (sum) => {
    let integral = 0;
    for (let k = 0; k < nodes.length; k++) integral += weights[k] * slope(nodes[k] * sum);
    return integral;
  };
}

function quadratureOf({ rule, steps }: Exclude<Integration, string>) {
  switch (rule) {
    case 'midpoint':
      return midpoint(steps);
    case 'gauss-legendre':
      return gaussLegendre(steps);
    default:
      throw new Error(`There is no integration rule "${rule}"; use midpoint or gauss-legendre.`);
  }
}
