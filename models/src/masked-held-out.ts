import type { BertModel } from '@interlayer/bert-model';
import { dataOf, type Executor, hostTensor } from '@interlayer/tensor-compile';
import { type MaskedBatch, maskTokens, seedFrom } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';
import type * as tf from '@tensorflow/tfjs-core';
import type { EncodedAddress } from './corpus';
import { maskedRows, predictionsOf } from './masked-rows';
import { contextFree } from './ngram';
import type { AddressScore, Baselines } from './task';

/** Share of a held-out row's tokens that are predicted, whatever the share in training. */
const HELD_OUT_MASK_RATE = 0.15;

/** The rows of an address with fixed masks: the same for every model that reads rows of this length. */
export function heldOutMasks({ id, tokens }: EncodedAddress, length: number, tokenizer: Tokenizer): MaskedBatch[] {
  const options = { rate: HELD_OUT_MASK_RATE, slots: predictionsOf(HELD_OUT_MASK_RATE, 1, length) };
  return maskedRows(tokens, length, tokenizer).map((row, i) =>
    maskTokens(row, tokenizer, { seed: seedFrom('held-out masks', id, i), ...options }),
  );
}

/** A masked model's loss and accuracy on each address, row by row. */
export async function maskedHeldOut(
  executor: Executor,
  model: BertModel,
  addresses: EncodedAddress[],
  length: number,
  tokenizer: Tokenizer,
): Promise<AddressScore[]> {
  const logitsOf = executor.compile(
    ({ ids, positions }: { ids: tf.Tensor2D; positions: tf.Tensor1D }) =>
      model.mlmLogitsAt(model.withHeads([]).run({ ids }).hidden, positions),
    { state: Object.values(model.weights), name: 'held-out logits' },
  );
  try {
    const scores: AddressScore[] = [];
    for (const address of addresses) {
      let [sum, right, count] = [0, 0, 0];
      for (const { inputIds, positions, labels } of heldOutMasks(address, length, tokenizer)) {
        const result = await logitsOf({
          ids: hostTensor(inputIds, [1, length]),
          positions: hostTensor(positions, [positions.length]),
        });
        const logits = dataOf(result, 'float32');
        const width = logits.length / labels.length;
        labels.forEach((label, i) => {
          const { loss, best } = crossEntropy(logits.subarray(i * width, (i + 1) * width), label);
          sum += loss;
          if (best === label) right++;
        });
        count += labels.length;
      }
      scores.push({ id: address.id, tokens: count, loss: sum / count, top1: right / count });
    }
    return scores;
  } finally {
    await logitsOf.dispose();
  }
}

/** −log softmax(logits)[label] in float64, and the index of the largest logit (the first, if several are equal). */
function crossEntropy(logits: Float32Array, label: number): { loss: number; best: number } {
  const best = logits.reduce((best, logit, i) => (logit > logits[best] ? i : best), 0);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - logits[best]), 0);
  return { loss: Math.log(total) - (logits[label] - logits[best]), best };
}

/** Baselines on exactly the tokens that {@link maskedHeldOut} predicts. */
export const maskedBaselines = (addresses: EncodedAddress[], length: number, tokenizer: Tokenizer): Baselines =>
  contextFree(
    addresses.flatMap((address) => heldOutMasks(address, length, tokenizer).flatMap((row) => [...row.labels])),
  );
