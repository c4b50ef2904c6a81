import { createGpt, loadGpt, parameterCount, saveGpt } from '@interlayer/gpt-model';
import { hostTensor } from '@interlayer/tensor-compile';
import { createBatches } from '@interlayer/text-data';
import { causalLoss, causalRows, mapBatches } from '@interlayer/training';
import { causalBaselines, causalHeldOut } from './causal-held-out';
import { type Corpus, joined } from './corpus';
import type { CausalRecipe } from './recipe';
import type { Task } from './task';

/** Next-token prediction on the train split as one stream, cut into rows. */
export function causalTask(recipe: CausalRecipe, corpus: Corpus): Task {
  const { length, batch, seed } = recipe;
  const model = createGpt(recipe.model, { seed, ...recipe.initial });
  const stream = joined(corpus.train.map(({ tokens }) => tokens));
  const rows = causalRows(stream, length);
  return {
    weights: model.weights,
    parameters: parameterCount(recipe.model).total,
    loss: causalLoss((inputs) => model.run(inputs).logits!),
    batches: mapBatches(createBatches(rows, { batchSize: batch, seed, dropLast: true }), ({ ids, shape }) => ({
      ids: hostTensor(ids, shape),
    })),
    heldOut: (executor, addresses) => causalHeldOut(executor, model, addresses, length),
    baselines: (addresses) => causalBaselines(stream, addresses, length, recipe.model.vocab_size),
    save: (folder) => saveGpt(model, folder, { dtype: 'F16' }),
    async heldOutOf(folder, executor, addresses) {
      const { model: saved } = await loadGpt(folder, { tokenizer: false });
      try {
        return await causalHeldOut(executor, saved, addresses, length);
      } finally {
        saved.dispose();
      }
    },
    dispose: () => model.dispose(),
  };
}
