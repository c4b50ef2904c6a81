import type { Runtime } from '@interlayer/runtime';
import type { HostTensor } from '@interlayer/tensor-compile';
import type * as tf from '@tensorflow/tfjs-core';
import { type BatchInputs, forEachBatch, placesOf } from '../../../materials/batches';
import {
  isLarge,
  type LayerMemory,
  type ModelInput,
  type ModelTensors,
  memoryOf,
  type Specimen,
  sharedWeights,
} from '../../../subjects/specimen';
import type { LayerValues } from './layer-values';

/** Identities that hold in any such model; they tell a wrong hook point from a finding. */
export interface Bookkeeping {
  /** Largest |sum − (r + y)| over all layers, contexts and dimensions, relative to the largest |sum|. */
  sum: number;
  /** Largest |y − (Σ mᵢvᵢ + b)| over all layers and some contexts, relative to the largest |y|: r and y swapped add up all the same. */
  memory: number;
  /** Contexts whose top(o) at the last layer is not the argmax of the model's own scores. */
  argmaxDisagreements: number;
  checked: number;
}

/** The model's own scores are large, and a forward pass for each context is dear, so its argmax is compared on this many contexts. */
const CHECKED = { small: 256, large: 16 };
/** Contexts whose y is computed again from the cells, layers × cells × width products in float64 each: fewer of large models. */
const RECOMPUTED = { small: 16, large: 4 };

/** Checks a model as its layers are read. */
export function openBookkeeping(specimen: Specimen) {
  const recomputed = isLarge(specimen) ? RECOMPUTED.large : RECOMPUTED.small;
  let [off, largest] = [0, 0];
  let [memoryOff, largestOutput] = [0, 0];
  return {
    /** @param rows the number of each context */
    async add(states: readonly LayerValues[], rows: readonly number[]): Promise<void> {
      for (const { r, y, sum } of states)
        for (let i = 0; i < sum.data.length; i++) {
          off = Math.max(off, Math.abs(sum.data[i]! - r.data[i]! - y.data[i]!));
          largest = Math.max(largest, Math.abs(sum.data[i]!));
        }
      const lines = [...rows.keys()].filter((line) => rows[line]! < recomputed);
      if (lines.length === 0) return;
      for (const [layer, of] of states.entries()) {
        const memory = await memoryOf(specimen, layer);
        for (const line of lines) {
          const again = outputOf(memory, of, line);
          for (const [k, value] of again.entries()) {
            const output = of.y.data[line * of.y.columns + k]!;
            memoryOff = Math.max(memoryOff, Math.abs(output - value));
            largestOutput = Math.max(largestOutput, Math.abs(output));
          }
        }
      }
    },
    /** @param final top(o) of the last layer; undefined for a model without a head */
    async close(inputs: readonly ModelInput[], final: Int32Array | undefined, runtime: Runtime): Promise<Bookkeeping> {
      return {
        sum: off / Math.max(1, largest),
        memory: memoryOff / (largestOutput || 1),
        ...(final
          ? await argmaxDisagreements(specimen, inputs, final, runtime)
          : { argmaxDisagreements: 0, checked: 0 }),
      };
    },
  };
}

/** What cells with the coefficients of one line add up to, in float64. */
function outputOf({ values, bias }: LayerMemory, { coefficients }: LayerValues, line: number): Float64Array {
  const sum = Float64Array.from(bias);
  const { data, rows, columns } = values;
  for (let cell = 0; cell < rows; cell++) {
    const coefficient = coefficients.data[line * coefficients.columns + cell]!;
    for (let k = 0; k < columns; k++) sum[k]! += coefficient * data[cell * columns + k]!;
  }
  return sum;
}

/** Compares top(o) of the last layer with the argmax of the scores that a plain forward pass gives. */
async function argmaxDisagreements(
  specimen: Specimen,
  inputs: readonly { ids: readonly number[]; at: number }[],
  final: Int32Array,
  { executor }: Runtime,
): Promise<{ argmaxDisagreements: number; checked: number }> {
  const whole = executor.compile(
    ({ ids, mask, place }: ModelTensors & { place: tf.Tensor2D }) => specimen.scores({ ids, mask }, place),
    { name: "the model's own scores", cacheSize: 2, state: sharedWeights(specimen) },
  );
  const some = inputs.slice(0, isLarge(specimen) ? CHECKED.large : CHECKED.small);
  let wrong = 0;
  try {
    await forEachBatch(some, specimen.positions, async (batch: BatchInputs, rows, length) => {
      const { data } = (await whole({ ...batch, place: placesOf(some, rows, length) })) as HostTensor;
      for (const [i, row] of rows.entries()) {
        const scores = (data as Float32Array).subarray(i * specimen.vocabulary, (i + 1) * specimen.vocabulary);
        const best = scores.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
        // Equal but for rounding is equal: the two readouts may add up in another order.
        if (best - scores[final[row]!]! > 1e-4 * Math.max(1, Math.abs(best))) wrong++;
      }
    });
  } finally {
    await whole.dispose();
  }
  return { argmaxDisagreements: wrong, checked: some.length };
}
