import { type Activation, activationOf } from './activation';
import { gaussLegendre, midpoint, type Quadrature } from './quadrature';

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

/** Nodes in each panel of the average of an activation, and where the first panel ends; each further one is twice as long. */
const PANEL = { nodes: 16, first: 4 };

/**
 * Integrated Gradients, baseline 0, of a gated unit g(G) · U over the summands of its two inputs, G = Σ gⱼ and U = Σ uⱼ:
 * summand j is attributed hⱼ = gⱼ · U · ∫₀¹ a g′(aG) da + uⱼ · I with I = ∫₀¹ g(aG) da, and by parts the first integral is
 * (g(G) − I) / G, or g′(0) / 2 at G = 0. So there are two gates, shared by all summands.
 *
 * I is computed by 16 Gauss–Legendre nodes in each of the panels 0 … 4, 4 … 8, 8 … 16 and so on of the path from 0 to G. For the
 * named activations it is off by less than 1e-14 · max(1, |G|), as a test shows. For SiLU, whose poles nearest to the path are
 * ±iπ, the rule's bound 64/15 · M ρ⁻³² / (1 − ρ⁻²) with ρ = 3.5 is below that. Whatever I is, Σ hⱼ = g(G) · U.
 *
 * @returns (G, U) ↦ [U (g(G) − I) / G, I]. With a rule both integrals are those of the rule, and Σ hⱼ is off by its error.
 * @throws as {@link gateOf}.
 */
export function gatesOf(
  activation: Activation,
  integration: Integration = 'closed-form',
): (gate: number, up: number) => [ofGate: number, ofUp: number] {
  const { value, slope } = activationOf(activation);
  if (integration === 'closed-form') {
    const panel = gaussLegendre(PANEL.nodes);
    return (gate, up) => {
      const average = averageOf(value, gate, panel);
      // 2/3 is the mean place on the path under the weight a.
      const ofGate = Math.abs(gate) < SMALL ? slope((2 / 3) * gate) / 2 : (value(gate) - average) / gate;
      return [up * ofGate, average];
    };
  }
  const { nodes, weights } = quadratureOf(integration);
  return (gate, up) => {
    let [ofGate, ofUp] = [0, 0];
    for (let k = 0; k < nodes.length; k++) {
      ofGate += weights[k] * nodes[k] * slope(nodes[k] * gate);
      ofUp += weights[k] * value(nodes[k] * gate);
    }
    return [up * ofGate, ofUp];
  };
}

/** ∫₀¹ g(ax) da, by a rule in each panel. */
function averageOf(g: (x: number) => number, x: number, { nodes, weights }: Quadrature): number {
  const length = Math.abs(x);
  if (length === 0) return g(0);
  let sum = 0;
  for (
    let [from, to] = [0, Math.min(PANEL.first, length)];
    from < length;
    [from, to] = [to, Math.min(2 * to, length)]
  ) {
    const share = (to - from) / length;
    for (let k = 0; k < nodes.length; k++) sum += share * weights[k] * g((from / length + share * nodes[k]) * x);
  }
  return sum;
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
