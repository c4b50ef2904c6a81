import { createBert, loadBert, parameterCount, saveBert } from '@interlayer/bert-model';
import { hostTensor } from '@interlayer/tensor-compile';
import { createBatches, maskTokens, seedFrom } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';
import { mapBatches, maskedLoss } from '@interlayer/training';
import type { Corpus } from './corpus';
import { inTurn } from './in-turn';
import { maskedBaselines, maskedHeldOut } from './masked-held-out';
import { maskedRows } from './masked-rows';
import type { MaskedRecipe } from './recipe';
import type { Task } from './task';

/** Masked-token prediction on rows `[CLS] … [SEP]`, with new masks in every epoch. */
export function maskedTask(recipe: MaskedRecipe, corpus: Corpus, tokenizer: Tokenizer): Task {
  const { length, batch, seed, maskRate, shortRows } = recipe;
  const heads = ['mlm'] as const;
  const model = createBert(recipe.model, { seed, heads, ...recipe.initial });
  const batches = (length: number, batch: number) => {
    const rows = corpus.train.flatMap(({ tokens }) => maskedRows(tokens, length, tokenizer));
    // All of a row's tokens except [CLS] and [SEP] can be masked, so every batch has this many predictions.
    const slots = Math.max(1, Math.round(maskRate * batch * (length - 2)));
    return mapBatches(
      createBatches(rows, { batchSize: batch, seed, dropLast: true }),
      ({ ids, shape, epoch, index }) => {
        const masks = seedFrom(seed, 'masks', epoch, index);
        const masked = maskTokens({ ids }, tokenizer, { seed: masks, rate: maskRate, slots });
        return {
          ids: hostTensor(masked.inputIds, shape),
          positions: hostTensor(masked.positions, [slots]),
          labels: hostTensor(masked.labels, [slots]),
          weights: hostTensor(masked.weights, [slots]),
        };
      },
    );
  };
  const long = batches(length, batch);
  return {
    weights: model.weights,
    parameters: parameterCount(recipe.model, { heads }).total,
    loss: maskedLoss(
      (inputs) => model.withHeads([]).run(inputs).hidden,
      (states) => model.mlmLogits(states),
    ),
    batches: shortRows
      ? inTurn(batches(shortRows.length, (batch * length) / shortRows.length), shortRows.steps, long)
      : long,
    heldOut: (executor, addresses) => maskedHeldOut(executor, model, addresses, length, tokenizer),
    baselines: (addresses) => maskedBaselines(addresses, length, tokenizer),
    save: (folder) => saveBert(model, folder, { dtype: 'F16' }),
    async heldOutOf(folder, executor, addresses) {
      const { model: saved } = await loadBert(folder, { tokenizer: false });
      try {
        return await maskedHeldOut(executor, saved, addresses, length, tokenizer);
      } finally {
        saved.dispose();
      }
    },
    dispose: () => model.dispose(),
  };
}
