import {
  type Float64Matrix,
  type Matmul,
  type Matrix,
  multiply,
  matmul as plain,
  rowsOf,
  zeros,
} from '@interlayer/linalg';
import { activationOf } from './activation';
import { addToRow, plus, product } from './affine';
import { columnsOf, headValues } from './columns-of';
import type { Forward } from './forward';
import { gateOf, gatesOf, type Integration } from './gate';
import type { Affine, Layer } from './layer';
import { normalizeRows } from './layer-norm';
import { reusedArrays } from './reused-arrays';
import type { Scope, Step } from './scopes';

/** Contributions to one target: a row for each source token, and one more, the last, for the biases: [n + 1, d]. */
export type Slots = Float64Matrix;

/** Some targets that follow one another: `from` … `to` − 1. */
export interface Targets {
  from: number;
  to: number;
}

/** Adds a multiple of a row of b to a row of a. */
function addRowTimes(a: Float64Matrix, rowOfA: number, weight: number, b: Float64Matrix, rowOfB: number): void {
  const [sums, values, d] = [a.data, b.data, a.columns];
  const [to, from] = [rowOfA * d, rowOfB * d];
  for (let k = 0; k < d; k++) sums[to + k] += weight * values[from + k];
}

/** fʰ(xⱼ) = (xⱼ W + b) Wₒ of each head, without the weights of attention and the output bias: [n, d] each. */
export function transformedValues(layer: Layer, { values }: Forward, matmul: Matmul) {
  const { attention, output } = layer;
  const size = output.weight.columns / attention.length;
  return Promise.all(
    attention.map((_, head) =>
      product(matmul, headValues(layer, values, head), columnsOf(output.weight, head * size, (head + 1) * size)),
    ),
  );
}

/**
 * The contributions of every slot to some targets at the end of each step, one target's slots after the other's: each part of the
 * layer is applied to sums, so with a target's own statistics and gate held fixed it is linear, and distributes over them.
 * The next call writes to the same arrays.
 */
export function decomposition(
  layer: Layer,
  { deviations, preactivations, ups }: Forward,
  transformed: readonly Float64Matrix[],
  integration: Integration,
  matmul: Matmul,
): (targets: Targets, steps: readonly Step[]) => Promise<Partial<Record<Scope, Float64Matrix>>> {
  const { attention, attentionNorm, feedForward, input, output } = layer;
  const [n, d] = [input.rows, input.columns];
  const activation = feedForward && activationOf(feedForward.activation);
  const gate = feedForward && gateOf(feedForward.activation, integration);
  const gates = feedForward && gatesOf(feedForward.activation, integration);
  // The default product widens its arguments; these are used again for each group of targets.
  const widened = ({ weight, bias }: Affine): Affine => ({
    weight: matmul === plain ? { ...weight, data: new Float64Array(weight.data) } : weight,
    bias,
  });
  const [gateKeys, up, down] = [feedForward?.gate, feedForward?.up, feedForward?.down].map((of) => of && widened(of));

  const arrays = reusedArrays();
  const toBiases = (slots: Matrix, vector: ArrayLike<number>) => {
    for (let row = n; row < slots.rows; row += n + 1) addToRow(slots, row, vector);
  };

  function attended({ from, to }: Targets): Float64Matrix {
    const rows = (to - from) * (n + 1);
    const slots = {
      rows,
      columns: d,
      data: arrays
        .float64('attended')(rows * d)
        .fill(0),
    };
    for (let target = from; target < to; target++)
      for (let source = 0; source < n; source++) {
        const slot = (target - from) * (n + 1) + source;
        for (let head = 0; head < transformed.length; head++) {
          const weight = attention[head].data[target * n + source];
          if (weight !== 0) addRowTimes(slots, slot, weight, transformed[head], source);
        }
      }
    if (output.bias) toBiases(slots, output.bias);
    return slots;
  }

  /** What each slot puts into the hidden units of a key matrix: by far the largest matrices, in the precision of the product. */
  async function keyed(name: string, slots: Float64Matrix, { weight, bias }: Affine): Promise<Matrix> {
    const product = await multiply(matmul, slots, weight);
    // What an injected product returns may belong to it.
    const hidden = matmul === plain ? product : { ...product, data: arrays.copy(name, product.data) };
    if (bias) toBiases(hidden, bias);
    return hidden;
  }

  /** Shares of the activation, in place: each is multiplied with its unit's gate. */
  function shareActivation({ columns: f, data }: Matrix, { from, to }: Targets): void {
    for (let target = from; target < to; target++) {
      const factors = rowsOf(preactivations!, target, target + 1).data.map((sum) => gate!(sum));
      const first = (target - from) * (n + 1);
      for (let row = first; row <= first + n; row++) for (let k = 0; k < f; k++) data[row * f + k] *= factors[k];
    }
  }

  /** Shares of a product activation(G) · U, in place of what goes into G. */
  function shareProduct({ columns: f, data }: Matrix, { data: upData }: Matrix, { from, to }: Targets): void {
    const [ofGate, ofUp] = [new Float64Array(f), new Float64Array(f)];
    for (let target = from; target < to; target++) {
      for (let k = 0; k < f; k++)
        [ofGate[k], ofUp[k]] = gates!(preactivations!.data[target * f + k], ups!.data[target * f + k]);
      const first = (target - from) * (n + 1);
      for (let row = first; row <= first + n; row++)
        for (let k = 0; k < f; k++) {
          const at = row * f + k;
          data[at] = data[at] * ofGate[k] + upData[at] * ofUp[k];
        }
    }
  }

  async function fed(slots: Float64Matrix, targets: Targets): Promise<Float64Matrix> {
    const hidden = await keyed('hidden', slots, gateKeys ?? up!);
    if (gateKeys) shareProduct(hidden, await keyed('ups', slots, up!), targets);
    else {
      shareActivation(hidden, targets);
      const atZero = activation!.value(0);
      if (atZero !== 0) toBiases(hidden, new Float64Array(hidden.columns).fill(atZero));
    }
    const result = await product(matmul, hidden, down!.weight, arrays.float64('fed'));
    if (down!.bias) toBiases(result, down!.bias);
    return result;
  }

  return async (targets, steps) => {
    const scopes: Partial<Record<Scope, Float64Matrix>> = {};
    let slots = zeros(0, d);
    for (const step of steps) {
      switch (step.part) {
        case 'attention':
          slots = attended(targets);
          break;
        case 'skip':
          slots =
            step.from === 'input'
              ? { ...slots, data: arrays.copy(step.scope, slots.data) }
              : plus(slots, scopes[step.from]!, arrays.float64(step.scope));
          if (step.from !== 'input') break;
          for (let target = targets.from; target < targets.to; target++)
            addToRow(slots, (target - targets.from) * (n + 1) + target, rowsOf(input, target, target + 1).data);
          break;
        case 'norm': {
          const norm = step.block === 'attention' ? attentionNorm : feedForward!.norm;
          const divisors = deviations[step.scope]!;
          const deviation = (row: number) => divisors[targets.from + Math.floor(row / (n + 1))];
          slots = normalizeRows(slots, norm, deviation, arrays.float64(step.scope));
          if (norm.bias) toBiases(slots, norm.bias);
          break;
        }
        case 'feedForward':
          slots = await fed(slots, targets);
      }
      scopes[step.scope] = slots;
    }
    return scopes;
  };
}
