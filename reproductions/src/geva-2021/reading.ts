import { type Matmul, matrix, residualConfidence, top, valueArgmax, zeroAgreement } from '@interlayer/ffn-memory';
import type { GptModel } from '@interlayer/gpt-model';
import type { Runtime } from '@interlayer/runtime';
import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import { type CapturedLayer, forEachBatch, pickLast } from './capture-layers';
import type { Prefix } from './held-out-prefixes';

/** What one layer says at the last token of each prefix; all arrays have one entry per prefix. */
export interface LayerReading {
  /** Top tokens of the residual r, the feed-forward output y and the layer output o = r + y. */
  r: Int32Array;
  y: Int32Array;
  o: Int32Array;
  /** Probability that softmax(r · Eᵀ) gives to the model's final token. */
  confidence: Float64Array;
  /** No cell promotes top(y), over all cells and over the active ones; and, as the authors' script has it, top(o) over active ones. */
  zero: { all: boolean[]; active: boolean[]; asCoded: boolean[] };
}

export interface Reading {
  layers: LayerReading[];
  vocabulary: number;
  /** The model's own prediction after each prefix: top(o) of the last layer. */
  final: Int32Array;
  /** Identities that hold in any such model; they tell a wrong hook point from a finding. */
  bookkeeping: {
    /** Largest |o − (r + y)| over all layers, prefixes and dimensions, relative to the largest |o|. */
    sum: number;
    /** Prefixes, of those checked, whose top(o) at the last layer is not the argmax of the model's own logits. */
    argmaxDisagreements: number;
    checked: number;
  };
}

/** Logits at every position are large, so the model's own argmax is compared on this many prefixes. */
const CHECKED = 256;

/** Reads out what the captured vectors say: top tokens, confidences, agreement with the cells. */
export async function readOut(
  model: GptModel,
  captured: readonly CapturedLayer[],
  prefixes: readonly Prefix[],
  runtime: Runtime,
): Promise<Reading> {
  const width = model.config.n_embd;
  const { matmul, dispose } = compiledMatmul(runtime);
  const options = { matmul, block: 512 };
  const embedding = matrix((await model.readout.data()) as Float32Array, width);
  try {
    const final = await top(captured.at(-1)!.after, embedding, options);
    const layers: LayerReading[] = [];
    for (const [slot, { residual, coefficients, output, after }] of captured.entries()) {
      // GPT-2 stores the second matrix as [cells, width]: its rows are the values.
      const values = matrix((await model.blocks[slot]!.feedForward!.down.weight.data()) as Float32Array, width);
      const [r, y, o] = [
        await top(residual, embedding, options),
        await top(output, embedding, options),
        await top(after, embedding, options),
      ];
      const memory = { coefficients, valueTop: await valueArgmax(values, embedding, options), y, o };
      layers.push({
        r,
        y,
        o,
        confidence: await residualConfidence(residual, embedding, final, options),
        zero: {
          all: zeroAgreement(memory),
          active: zeroAgreement(memory, { cells: 'active' }),
          asCoded: zeroAgreement(memory, { target: 'o', cells: 'active' }),
        },
      });
    }
    const disagreements = await argmaxDisagreements(model, final, prefixes, runtime);
    return {
      layers,
      vocabulary: embedding.rows,
      final,
      bookkeeping: { sum: sumError(captured), ...disagreements },
    };
  } finally {
    await dispose();
  }
}

/** a · bᵀ by the executor, in float32. */
function compiledMatmul({ executor }: Runtime): { matmul: Matmul; dispose(): Promise<void> } {
  const multiply = executor.compile(({ a, b }: { a: tf.Tensor2D; b: tf.Tensor2D }) => tf.matMul(a, b, false, true), {
    name: 'readout',
  });
  const host = ({ data, rows, columns }: Parameters<Matmul>[0]) =>
    hostTensor(data as Float32Array, [rows, columns], 'float32');
  return {
    matmul: async (a, b) => {
      const product = (await multiply({ a: host(a), b: host(b) })) as HostTensor;
      return matrix(product.data as Float32Array, b.rows);
    },
    dispose: () => multiply.dispose(),
  };
}

function sumError(captured: readonly CapturedLayer[]): number {
  let [off, largest] = [0, 0];
  for (const { residual, output, after } of captured)
    for (let i = 0; i < after.data.length; i++) {
      off = Math.max(off, Math.abs(after.data[i]! - residual.data[i]! - output.data[i]!));
      largest = Math.max(largest, Math.abs(after.data[i]!));
    }
  return off / Math.max(1, largest);
}

/** Compares top(o) of the last layer with the argmax of the logits that a plain forward pass gives. */
async function argmaxDisagreements(
  model: GptModel,
  final: Int32Array,
  prefixes: readonly Prefix[],
  { executor }: Runtime,
): Promise<{ argmaxDisagreements: number; checked: number }> {
  const whole = executor.compile(
    ({ ids, last }: { ids: tf.Tensor2D; last: tf.Tensor2D }) => pickLast(model.run({ ids }).logits, last),
    { name: 'logits at the last token' },
  );
  const some = prefixes.slice(0, CHECKED);
  const vocabulary = model.config.vocab_size;
  let wrong = 0;
  try {
    await forEachBatch(some, model.config.n_positions, async (inputs, rows) => {
      const logits = ((await whole(inputs)) as HostTensor).data as Float32Array;
      for (const [i, row] of rows.entries()) {
        const own = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
        const best = own.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
        // Equal but for rounding is equal: the two readouts may add up in another order.
        if (best - own[final[row]!]! > 1e-4 * Math.max(1, Math.abs(best))) wrong++;
      }
    });
  } finally {
    await whole.dispose();
  }
  return { argmaxDisagreements: wrong, checked: some.length };
}
