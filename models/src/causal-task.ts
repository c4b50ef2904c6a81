import { createGpt, type GptModel, loadGpt, parameterCount, saveGpt } from '@interlayer/gpt-model';
import { hostTensor } from '@interlayer/tensor-compile';
import { createBatches } from '@interlayer/text-data';
import { causalLoss, causalRows, mapBatches } from '@interlayer/training';
import { causalBaselines, causalHeldOut } from './causal-held-out';
import type { Corpus } from './corpus';
import type { CausalRecipe } from './recipe';
import type { Task } from './task';

/** Next-token prediction on the train split as one stream, cut into rows. */
export function causalTask(recipe: CausalRecipe, corpus: Corpus): Task<GptModel> {
  const { length, batch, seed } = recipe;
  const create = () => createGpt(recipe.model, { seed, ...recipe.initial });
  const model = create();
  const stream = Int32Array.from(corpus.train.flatMap(({ tokens }) => [...tokens]));
  const batches = createBatches(causalRows(stream, length), { batchSize: batch, seed, dropLast: true });
  return {
    model,
    weights: model.weights,
    parameters: parameterCount(recipe.model).total,
    loss: causalLoss((inputs) => model.run(inputs).logits!),
    batches: mapBatches(batches, ({ ids, shape }) => ({ ids: hostTensor(ids, shape) })),
    create,
    load: async (folder) => (await loadGpt(folder, { tokenizer: false })).model,
    save: (folder) => saveGpt(model, folder, { dtype: 'F16' }),
    heldOut: (executor, model, addresses) => causalHeldOut(executor, model, addresses, length),
    baselines: (addresses) => causalBaselines(stream, addresses, length, recipe.model.vocab_size),
    dispose: () => model.dispose(),
  };
}
