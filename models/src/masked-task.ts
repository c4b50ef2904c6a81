import { type BertModel, createBert, loadBert, parameterCount, saveBert } from '@interlayer/bert-model';
import { hostTensor } from '@interlayer/tensor-compile';
import { createBatches, maskTokens, seedFrom } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';
import { type ModelInputs, mapBatches, maskedLoss } from '@interlayer/training';
import type * as tf from '@tensorflow/tfjs-core';
import type { Corpus } from './corpus';
import { fadeTap, fading } from './fade';
import { inTurn } from './in-turn';
import { maskedBaselines, maskedHeldOut } from './masked-held-out';
import { maskedRows, predictionsOf } from './masked-rows';
import type { MaskedRecipe } from './recipe';
import type { Task } from './task';

/** Masked-token prediction on rows `[CLS] … [SEP]`, with new masks in every epoch. */
export function maskedTask(recipe: MaskedRecipe, corpus: Corpus, tokenizer: Tokenizer): Task<BertModel> {
  const { length, batch, seed, maskRate: rate, shortRows, fade } = recipe;
  const heads = ['mlm'] as const;
  const create = () => createBert(recipe.model, { seed, heads, ...recipe.initial });
  const model = create();
  const batchesOf = (length: number, batchSize: number) => {
    const rows = corpus.train.flatMap(({ tokens }) => maskedRows(tokens, length, tokenizer));
    const slots = predictionsOf(rate, batchSize, length);
    const batches = createBatches(rows, { batchSize, seed, dropLast: true });
    return mapBatches(batches, ({ ids, shape, epoch, index }) => {
      const masked = maskTokens({ ids }, tokenizer, { seed: seedFrom(seed, 'masks', epoch, index), rate, slots });
      return {
        ids: hostTensor(masked.inputIds, shape),
        positions: hostTensor(masked.positions, [slots]),
        labels: hostTensor(masked.labels, [slots]),
        weights: hostTensor(masked.weights, [slots]),
      };
    });
  };
  const long = batchesOf(length, batch);
  const batches = shortRows
    ? inTurn(batchesOf(shortRows.length, (batch * length) / shortRows.length), shortRows.steps, long)
    : long;
  return {
    model,
    weights: model.weights,
    parameters: parameterCount(recipe.model, { heads }).total,
    loss: maskedLoss(
      ({ share, ...inputs }: ModelInputs & { share?: tf.Tensor }) =>
        model.withHeads([]).run(inputs, fade && fadeTap(fade, share!)).hidden,
      (states) => model.mlmLogits(states),
    ),
    batches: fade ? fading(batches, fade) : batches,
    create,
    load: async (folder) => (await loadBert(folder, { tokenizer: false })).model,
    save: (folder) => saveBert(model, folder, { dtype: 'F16' }),
    heldOut: (executor, model, addresses) => maskedHeldOut(executor, model, addresses, length, tokenizer),
    baselines: (addresses) => maskedBaselines(addresses, length, tokenizer),
    dispose: () => model.dispose(),
  };
}
