import type { GptModel } from '@interlayer/gpt-model';
import { type Executor, hostTensor } from '@interlayer/tensor-compile';
import { causalLoss, causalRows } from '@interlayer/training';
import type * as tf from '@tensorflow/tfjs-core';
import type { EncodedAddress } from './corpus';
import { fitNgram, ngramLoss, unigramEntropy } from './ngram';
import type { AddressLoss, Baselines } from './task';

/** The positions in an address that a model with rows of `length` predicts: all but the first token and an incomplete last row. */
export function predictedPlaces(tokens: Int32Array, length: number): number[] {
  return Array.from({ length: Math.floor((tokens.length - 1) / length) * length }, (_, i) => i + 1);
}

/**
 * A model's loss on each address, cut into rows of `length` tokens that the model reads separately from position 0, so that
 * each token is predicted from at most `length` others.
 */
export async function causalHeldOut(
  executor: Executor,
  model: GptModel,
  addresses: EncodedAddress[],
  length: number,
): Promise<AddressLoss[]> {
  const loss = causalLoss((inputs) => model.run(inputs).logits!);
  const compiled = executor.compile(({ ids }: { ids: tf.Tensor2D }) => loss({ ids }), {
    state: Object.values(model.weights),
    name: 'held-out loss',
  });
  try {
    const losses: AddressLoss[] = [];
    for (const { id, tokens } of addresses) {
      const rows = causalRows(tokens, length);
      let sum = 0;
      for (const { ids } of rows) {
        const result = await compiled({ ids: hostTensor(ids, [1, length + 1]) });
        sum += result.data[0];
      }
      losses.push({ id, tokens: rows.length * length, loss: sum / rows.length });
    }
    return losses;
  } finally {
    await compiled.dispose();
  }
}

/** Baselines for a held-out loss, on exactly the same tokens: n-gram models fitted on the train split. */
export function causalBaselines(
  train: Int32Array,
  held: EncodedAddress[],
  length: number,
  vocabulary: number,
): Baselines {
  const places = held.map(({ tokens }) => predictedPlaces(tokens, length));
  const targets = held.flatMap(({ tokens }, i) => places[i].map((place) => tokens[place]));
  const loss = (order: number) => {
    const model = fitNgram(train, order, vocabulary);
    return (
      held.reduce((sum, { tokens }, i) => sum + ngramLoss(model, tokens, places[i]) * places[i].length, 0) /
      targets.length
    );
  };
  return { unigramEntropy: unigramEntropy(targets), unigram: loss(1), bigram: loss(2), trigram: loss(3) };
}
