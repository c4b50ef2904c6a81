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
import type { Targets } from './target-groups';

/** Contributions to one target: a row for each source token, and one more, the last, for the biases: [sources + 1, d]. */
export type Slots = Float64Matrix;

/** Multiplies each value of a row with a factor of its own. */
function scaleBy(row: Float32Array | Float64Array, factors: Float64Array | Float32Array): void {
  for (let k = 0; k < row.length; k++) row[k] *= factors[k];
}

/** Adds a multiple of d values to a row. */
function addTimes(row: Float64Array, weight: number, values: Float64Array, from: number, d: number): void {
  for (let k = 0; k < d; k++) row[k] += weight * values[from + k];
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
  { deviations, preactivations, quotients, ups }: Forward,
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
  const toBiases = ({ sources }: Targets, slots: Matrix, vector: ArrayLike<number>) => {
    for (let row = sources; row < slots.rows; row += sources + 1) addToRow(slots, row, vector);
  };

  function attended(targets: Targets): Float64Matrix {
    const { from, to, sources } = targets;
    const rows = (to - from) * (sources + 1);
    const slots = {
      rows,
      columns: d,
      data: arrays
        .float64('attended')(rows * d)
        .fill(0),
    };
    for (let target = from; target < to; target++)
      for (let source = 0; source < sources; source++) {
        const start = ((target - from) * (sources + 1) + source) * d;
        const row = slots.data.subarray(start, start + d);
        for (let head = 0; head < transformed.length; head++) {
          const weight = attention[head].data[target * n + source];
          if (weight !== 0) addTimes(row, weight, transformed[head].data, source * d, d);
        }
      }
    if (output.bias) toBiases(targets, slots, output.bias);
    return slots;
  }

  /** What each slot puts into the hidden units of a key matrix: by far the largest matrices, in the precision of the product. */
  async function keyed(name: string, slots: Float64Matrix, { weight, bias }: Affine, targets: Targets) {
    const product = await multiply(matmul, slots, weight);
    // What an injected product returns may belong to it.
    const hidden: Matrix = matmul === plain ? product : { ...product, data: arrays.copy(name, product.data) };
    if (bias) toBiases(targets, hidden, bias);
    return hidden;
  }

  /** Shares of the activation, in place: each is multiplied with its unit's gate. */
  function shareActivation({ columns: f, data }: Matrix, { from, to, sources }: Targets): void {
    for (let target = from; target < to; target++) {
      const factors =
        quotients && integration === 'closed-form'
          ? rowsOf(quotients, target, target + 1).data
          : rowsOf(preactivations!, target, target + 1).data.map((sum) => gate!(sum));
      const first = (target - from) * (sources + 1);
      for (let row = first; row <= first + sources; row++) scaleBy(data.subarray(row * f, (row + 1) * f), factors);
    }
  }

  /** Shares of a product activation(G) · U, in place of what goes into G. */
  function shareProduct({ columns: f, data }: Matrix, { data: upData }: Matrix, { from, to, sources }: Targets): void {
    const [ofGate, ofUp] = [new Float64Array(f), new Float64Array(f)];
    for (let target = from; target < to; target++) {
      for (let k = 0; k < f; k++)
        [ofGate[k], ofUp[k]] = gates!(preactivations!.data[target * f + k], ups!.data[target * f + k]);
      const first = (target - from) * (sources + 1);
      for (let row = first; row <= first + sources; row++)
        for (let k = 0; k < f; k++) {
          const at = row * f + k;
          data[at] = data[at] * ofGate[k] + upData[at] * ofUp[k];
        }
    }
  }

  async function fed(slots: Float64Matrix, targets: Targets): Promise<Float64Matrix> {
    const hidden = await keyed('hidden', slots, gateKeys ?? up!, targets);
    if (gateKeys) shareProduct(hidden, await keyed('ups', slots, up!, targets), targets);
    else {
      shareActivation(hidden, targets);
      const atZero = activation!.value(0);
      if (atZero !== 0) toBiases(targets, hidden, new Float64Array(hidden.columns).fill(atZero));
    }
    const result = await product(matmul, hidden, down!.weight, arrays.float64('fed'));
    if (down!.bias) toBiases(targets, result, down!.bias);
    return result;
  }

  return async (targets, steps) => {
    const scopes: Partial<Record<Scope, Float64Matrix>> = {};
    const slotsEach = targets.sources + 1;
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
            addToRow(slots, (target - targets.from) * slotsEach + target, rowsOf(input, target, target + 1).data);
          break;
        case 'norm': {
          const norm = step.block === 'attention' ? attentionNorm : feedForward!.norm;
          const divisors = deviations[step.scope]!;
          const deviation = (row: number) => divisors[targets.from + Math.floor(row / slotsEach)];
          slots = normalizeRows(slots, norm, deviation, arrays.float64(step.scope));
          if (norm.bias) toBiases(targets, slots, norm.bias);
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
