import type { GptModel } from '@interlayer/gpt-model';
import { type Executor, hostTensor } from '@interlayer/tensor-compile';
import { causalLoss, causalRows } from '@interlayer/training';
import type * as tf from '@tensorflow/tfjs-core';
import type { EncodedAddress } from './corpus';
import { contextFree, fitNgram, ngramLoss } from './ngram';
import { type AddressScore, type Baselines, meanScore } from './task';

/**
 * A model's loss on each address, cut into rows of `length` tokens that the model reads separately from position 0, so that
 * each token is predicted from at most `length` others.
 */
export async function causalHeldOut(
  executor: Executor,
  model: GptModel,
  addresses: EncodedAddress[],
  length: number,
): Promise<AddressScore[]> {
  const loss = causalLoss((inputs) => model.run(inputs).logits!);
  const rowLoss = executor.compile(({ ids }: { ids: tf.Tensor2D }) => loss({ ids }), {
    state: Object.values(model.weights),
    name: 'held-out loss',
  });
  try {
    const scores: AddressScore[] = [];
    for (const { id, tokens } of addresses) {
      const rows = causalRows(tokens, length);
      let sum = 0;
      for (const { ids } of rows) sum += (await rowLoss({ ids: hostTensor(ids, [1, length + 1]) })).data[0];
      scores.push({ id, tokens: rows.length * length, loss: sum / rows.length });
    }
    return scores;
  } finally {
    await rowLoss.dispose();
  }
}

/** Baselines on exactly the tokens that {@link causalHeldOut} predicts: n-gram models fitted on the train split. */
export function causalBaselines(
  train: Int32Array,
  addresses: EncodedAddress[],
  length: number,
  vocabulary: number,
): Baselines {
  const texts = addresses.map(({ id, tokens }) => {
    const predicted = causalRows(tokens, length).length * length;
    return { id, tokens: predicted, text: tokens.subarray(0, predicted + 1) };
  });
  const probability = fitNgram(train, 3, vocabulary);
  const loss = (order: number) =>
    meanScore(texts.map(({ text, ...address }) => ({ ...address, loss: ngramLoss(probability, text, order) }))).loss;
  const { unigramEntropy } = contextFree(texts.flatMap(({ text }) => [...text.subarray(1)]));
  return { unigramEntropy, unigram: loss(1), bigram: loss(2), trigram: loss(3) };
}
