import { type Float64Matrix, type Matmul, type Matrix, matmul as plain, rowsOf, zeros } from '@interlayer/linalg';
import { activationOf } from './activation';
import { addToRow, plus, product } from './affine';
import { columnsOf } from './columns-of';
import type { Forward } from './forward';
import { gateOf, type Integration } from './gate';
import type { Layer } from './layer';
import { normalizeRows } from './layer-norm';
import type { Scope, Step } from './scopes';

/** Contributions to one target: a row for each source token, and one more, the last, for the biases: [n + 1, d]. */
export type Slots = Float64Matrix;

/** fʰ(xⱼ) = (xⱼ W + b) Wₒ of each head, without the weights of attention and the output bias: [n, d] each. */
export function transformedValues({ attention, output }: Layer, { values }: Forward, matmul: Matmul) {
  const size = values.columns / attention.length;
  const part = (head: number) => [head * size, (head + 1) * size] as const;
  return Promise.all(
    attention.map((_, head) =>
      product(matmul, columnsOf(values, ...part(head)), columnsOf(output.weight, ...part(head))),
    ),
  );
}

/**
 * The contributions of every slot to target i at the end of each step: each part of the layer is applied to sums, so with the
 * target's own statistics and gate held fixed it is linear, and distributes over them.
 */
export function decomposition(
  layer: Layer,
  { deviations, preactivations }: Forward,
  transformed: readonly Float64Matrix[],
  integration: Integration,
  matmul: Matmul,
): (target: number, steps: readonly Step[]) => Promise<Partial<Record<Scope, Slots>>> {
  const { attention, attentionNorm, feedForward, input, output } = layer;
  const [n, d] = [input.rows, input.columns];
  const activation = feedForward && activationOf(feedForward.activation);
  const gate = feedForward && gateOf(feedForward.activation, integration);
  // The default product widens its arguments; these two are used once for each target.
  const widened = (a: Matrix) => (matmul === plain ? { ...a, data: Float64Array.from(a.data) } : a);
  const [upWeight, downWeight] = feedForward ? [widened(feedForward.up.weight), widened(feedForward.down.weight)] : [];

  function attended(target: number): Slots {
    const slots = zeros(n + 1, d);
    for (const [head, { data }] of transformed.entries()) {
      for (let source = 0; source < n; source++) {
        const weight = attention[head].data[target * n + source];
        if (weight === 0) continue;
        for (let at = source * d; at < (source + 1) * d; at++) slots.data[at] += weight * data[at];
      }
    }
    if (output.bias) addToRow(slots, n, output.bias);
    return slots;
  }

  async function fed(slots: Slots, target: number): Promise<Slots> {
    const { up, down } = feedForward!;
    const hidden = await product(matmul, slots, upWeight!);
    if (up.bias) addToRow(hidden, n, up.bias);
    const { rows, columns: f, data } = hidden;
    const sums = rowsOf(preactivations!, target, target + 1).data;
    const gates = Float64Array.from(sums, gate!);
    for (let slot = 0; slot < rows; slot++) for (let k = 0; k < f; k++) data[slot * f + k] *= gates[k];
    const atZero = activation!.value(0);
    if (atZero !== 0) addToRow(hidden, n, new Float64Array(f).fill(atZero));
    const result = await product(matmul, hidden, downWeight!);
    if (down.bias) addToRow(result, n, down.bias);
    return result;
  }

  return async (target, steps) => {
    const scopes: Partial<Record<Scope, Slots>> = {};
    let slots = zeros(n + 1, d);
    for (const step of steps) {
      switch (step.part) {
        case 'attention':
          slots = attended(target);
          break;
        case 'skip':
          slots = step.from === 'input' ? { ...slots, data: slots.data.slice() } : plus(slots, scopes[step.from]!);
          if (step.from === 'input') addToRow(slots, target, rowsOf(input, target, target + 1).data);
          break;
        case 'norm': {
          const norm = step.block === 'attention' ? attentionNorm : feedForward!.norm;
          slots = normalizeRows(slots, norm, () => deviations[step.scope]![target]);
          if (norm.bias) addToRow(slots, n, norm.bias);
          break;
        }
        case 'feedForward':
          slots = await fed(slots, target);
      }
      scopes[step.scope] = slots;
    }
    return scopes;
  };
}
