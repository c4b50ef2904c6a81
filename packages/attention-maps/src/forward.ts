import { type Float64Matrix, type Matmul, transpose, zeros } from '@interlayer/linalg';
import { activationOf } from './activation';
import { addToRow, applyAffine, plus, product } from './affine';
import { headValues } from './columns-of';
import type { Layer, Norm } from './layer';
import { normalizeRows, rowDeviations } from './layer-norm';
import type { Scope, Step } from './scopes';

/** What a layer computes for all n tokens at once. */
export interface Forward {
  /** Its output at the end of each scope: [n, d] */
  states: Partial<Record<Scope, Float64Matrix>>;
  /** v = x W + b of all value heads, side by side: [n, value heads · size] */
  values: Float64Matrix;
  /** What the norm at the end of a scope divided each token by: [n] */
  deviations: Partial<Record<Scope, Float64Array>>;
  /** Input of the activation: [n, f] */
  preactivations?: Float64Matrix;
  /** What the activation of a block without a gate divided its input by: activation(S) = S · this. Of named ones alone: [n, f] */
  quotients?: Float64Matrix;
  /** What the activation is multiplied with in a gated block: [n, f] */
  ups?: Float64Matrix;
}

/** The layer's ordinary forward pass. Its statistics and pre-activations are what the decomposition divides and gates by. */
export async function forward(layer: Layer, steps: readonly Step[], matmul: Matmul): Promise<Forward> {
  const { attentionNorm, feedForward } = layer;
  const input: Float64Matrix = { ...layer.input, data: new Float64Array(layer.input.data) };
  const normalize = (x: Float64Matrix, norm: Norm) => {
    const deviations = rowDeviations(x, norm);
    const y = normalizeRows(x, norm, (i) => deviations[i]);
    if (norm.bias) for (let i = 0; i < y.rows; i++) addToRow(y, i, norm.bias);
    return { deviations, y };
  };
  const read = layer.norm === 'pre' ? normalize(input, attentionNorm).y : input;
  const values = await applyAffine(matmul, read, layer.value);
  const result: Forward = { states: {}, values, deviations: {} };
  let state: Float64Matrix = input;
  for (const step of steps) {
    switch (step.part) {
      case 'attention':
        state = await applyAffine(matmul, await contextOf(layer, values, matmul), layer.output);
        break;
      case 'skip':
        state = plus(state, step.from === 'input' ? input : result.states[step.from]!);
        break;
      case 'norm': {
        const { deviations, y } = normalize(state, step.block === 'attention' ? attentionNorm : feedForward!.norm);
        result.deviations[step.scope] = deviations;
        state = y;
        break;
      }
      case 'feedForward': {
        const { gate, up, down, activation } = feedForward!;
        const { value, gate: quotient } = activationOf(activation);
        result.preactivations = await applyAffine(matmul, state, gate ?? up);
        const { data: sums, ...shape } = result.preactivations;
        let hidden: Float64Matrix;
        // Φ of GELU takes long, and the decomposition needs it again.
        if (typeof activation === 'string' && !gate) {
          result.quotients = { ...shape, data: sums.map((x) => quotient!(x)) };
          hidden = { ...shape, data: result.quotients.data.map((quotient, at) => sums[at] * quotient) };
        } else hidden = { ...shape, data: sums.map((x) => value(x)) };
        if (gate) {
          result.ups = await applyAffine(matmul, state, up);
          for (let at = 0; at < hidden.data.length; at++) hidden.data[at] *= result.ups.data[at];
        }
        state = await applyAffine(matmul, hidden, down);
      }
    }
    result.states[step.scope] = state;
  }
  return result;
}

/** Σⱼ αᵢⱼ vⱼ of all heads, side by side: [n, heads · size]. */
async function contextOf(layer: Layer, values: Float64Matrix, matmul: Matmul): Promise<Float64Matrix> {
  const context = zeros(values.rows, layer.output.weight.columns);
  const size = context.columns / layer.attention.length;
  for (const [head, weights] of layer.attention.entries()) {
    const { data } = await product(matmul, weights, transpose(headValues(layer, values, head)));
    for (let i = 0; i < values.rows; i++)
      context.data.set(data.subarray(i * size, (i + 1) * size), i * context.columns + head * size);
  }
  return context;
}
