import { type CausalInputs, type CausalScores, keyValueCache } from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import type { LlamaModel } from './llama';

export interface GenerateOptions {
  /** How many tokens to add at most; text also ends where the model's positions do. Default 20. */
  maxNewTokens?: number;
  /** Ids after which the text ends; the id itself is the last. Default: none. */
  stopAt?: readonly number[];
  /**
   * Runs the model on the tokens of one step: the whole prompt, then one token at a time, with the cache. Here a step can be
   * hooked, as with `capture` or `runWith` of tensor-hooks; what an edit changes stays in the cache. Runs in a tidy, so that
   * captured tensors are freed after the step. Default: `model.run`.
   */
  run?: (inputs: CausalInputs, step: number) => CausalScores;
}

/**
 * Continues a prompt greedily: each new token is the one with the highest score. A first look at what a model says; each step
 * reads the keys and values that earlier ones left.
 *
 * @param prompt at least one id of the vocabulary; nothing is put before it.
 * @returns the new ids.
 * @throws Error for an empty prompt, one that is longer than the model's positions or holds something else than ids, a
 *   number of tokens that is negative or not whole, and a model without its readout.
 */
export async function generate(
  model: LlamaModel<CausalScores>,
  prompt: readonly number[],
  options: GenerateOptions = {},
): Promise<number[]> {
  const { maxNewTokens = 20, stopAt = [], run = (inputs) => model.run(inputs) } = options;
  if (!(Number.isInteger(maxNewTokens) && maxNewTokens >= 0))
    throw new Error(`maxNewTokens is ${maxNewTokens}; it must be a whole number of at least 0.`);
  if (!model.points.includes('logits'))
    throw new Error('The model is a view without its readout, which gives no scores: pass model.withHead(true).');
  if (prompt.length === 0) throw new Error('The prompt has no ids: give at least one, as that of the first token.');
  const { vocab_size: vocabulary } = model.config;
  for (const [i, id] of [...prompt].entries()) {
    if (!(Number.isInteger(id) && id >= 0 && id < vocabulary))
      throw new Error(
        `prompt[${i}] is ${typeof id === 'number' ? id : JSON.stringify(id)}; expected the id of a token, from 0 to ${vocabulary - 1}, as tokenizer.encode(text).ids gives them.`,
      );
  }
  const free = model.config.max_position_embeddings - prompt.length;
  if (free < 0)
    throw new Error(`The prompt has ${prompt.length} ids, and the model ${free + prompt.length} positions.`);
  // The last token needs no position, since nothing follows it.
  const most = Math.min(maxNewTokens, free + 1);
  const cache = keyValueCache(model.order.length);
  const added: number[] = [];
  try {
    let next = [...prompt];
    while (added.length < most) {
      const best = tf.tidy(() => {
        const { logits } = run({ ids: tf.tensor2d(next, [1, next.length], 'int32'), cache }, added.length);
        return tf.argMax(tf.slice(logits, [0, next.length - 1, 0], [1, 1, -1]), -1);
      });
      const [id] = await best.data();
      best.dispose();
      added.push(id!);
      if (stopAt.includes(id!)) break;
      next = [id!];
    }
    return added;
  } finally {
    cache.dispose();
  }
}
