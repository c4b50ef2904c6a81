import type { BertModel } from '@interlayer/bert-model';
import { dataOf, type Executor, hostTensor } from '@interlayer/tensor-compile';
import { type MaskedBatch, maskTokens, seedFrom } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';
import type * as tf from '@tensorflow/tfjs-core';
import type { EncodedAddress } from './corpus';
import { maskedRows } from './masked-rows';
import { unigramEntropy } from './ngram';
import type { AddressLoss, Baselines } from './task';

/** Share of a held-out row's tokens that are predicted, whatever the share in training. */
export const HELD_OUT_MASK_RATE = 0.15;

/** The rows of an address with fixed masks: the same for every model that reads rows of this length. */
export function heldOutMasks({ id, tokens }: EncodedAddress, length: number, tokenizer: Tokenizer): MaskedBatch[] {
  const slots = Math.max(1, Math.round(HELD_OUT_MASK_RATE * (length - 2)));
  return maskedRows(tokens, length, tokenizer).map(({ ids }, row) =>
    maskTokens({ ids }, tokenizer, { seed: seedFrom('held-out masks', id, row), rate: HELD_OUT_MASK_RATE, slots }),
  );
}

/** A masked model's loss and accuracy on each address, row by row. */
export async function maskedHeldOut(
  executor: Executor,
  model: BertModel,
  addresses: EncodedAddress[],
  length: number,
  tokenizer: Tokenizer,
): Promise<AddressLoss[]> {
  const logitsOf = executor.compile(
    ({ ids, positions }: { ids: tf.Tensor2D; positions: tf.Tensor1D }) =>
      model.mlmLogitsAt(model.withHeads([]).run({ ids }).hidden, positions),
    { state: Object.values(model.weights), name: 'held-out logits' },
  );
  try {
    const losses: AddressLoss[] = [];
    for (const address of addresses) {
      let [sum, right, count] = [0, 0, 0];
      for (const { inputIds, positions, labels } of heldOutMasks(address, length, tokenizer)) {
        const result = await logitsOf({
          ids: hostTensor(inputIds, [1, length]),
          positions: hostTensor(positions, [positions.length]),
        });
        const data = dataOf(result, 'float32');
        const width = data.length / labels.length;
        labels.forEach((label, i) => {
          const { loss, best } = crossEntropy(data.subarray(i * width, (i + 1) * width), label);
          sum += loss;
          right += best === label ? 1 : 0;
        });
        count += labels.length;
      }
      losses.push({ id: address.id, tokens: count, loss: sum / count, top1: right / count });
    }
    return losses;
  } finally {
    await logitsOf.dispose();
  }
}

/** −log softmax(logits)[label] in float64, and the index of the largest logit (the first, if several are equal). */
function crossEntropy(logits: Float32Array, label: number): { loss: number; best: number } {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
  let total = 0;
  for (let i = 0; i < logits.length; i++) total += Math.exp(logits[i] - logits[best]);
  return { loss: Math.log(total) - (logits[label] - logits[best]), best };
}

/** Baselines for a held-out loss, on exactly the same tokens. */
export function maskedBaselines(held: EncodedAddress[], length: number, tokenizer: Tokenizer): Baselines {
  const labels = held.flatMap((address) =>
    heldOutMasks(address, length, tokenizer).flatMap((masked) => [...masked.labels]),
  );
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return {
    unigramEntropy: unigramEntropy(labels),
    mostFrequentShare: Math.max(...counts.values()) / labels.length,
  };
}
