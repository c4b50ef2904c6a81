import { createLlama } from '@interlayer/llama-model';
import { startBackend } from '@interlayer/runtime';
import type { Benchmark } from './benchmark';
import { competeForward, eagerForward, type ForwardTask, forwardJob, taskIds } from './forward-contest';
import { handOver } from './subject';

const VOCABULARY = 49152;

/** Of the shape of SmolLM2-135M, without the readout. */
const newModel = () =>
  createLlama(
    {
      vocab_size: VOCABULARY,
      hidden_size: 576,
      intermediate_size: 1536,
      num_hidden_layers: 30,
      num_attention_heads: 9,
      num_key_value_heads: 3,
      rope_theta: 100_000,
      rms_norm_eps: 1e-5,
      tie_word_embeddings: true,
    },
    { seed: 1 },
  ).withHead(false);

const task = { batch: 8, length: 256, vocabulary: VOCABULARY, newModel } satisfies ForwardTask;

export const eagerJob = () => eagerForward(task);

/** The layers of a Llama of 135 million parameters, 8 × 256 tokens, random weights. */
export const llamaForward: Benchmark = {
  name: 'llama-forward',
  async run(context) {
    await startBackend({ backend: 'cpu', log: () => {} });
    const model = newModel();
    const handed = await handOver(model, { ids: taskIds(task) });
    const state = Object.values(model.weights);
    const compiled: Parameters<typeof competeForward>[1]['compiled'] = (executor) => ({
      '': forwardJob(executor, model, task, { state }),
    });
    const contest = { kind: 'llama-forward', folder: handed.folder, compiled };
    const { medians, ratios, notes } = await competeForward(task, contest, context);
    model.dispose();
    handed.done();
    return {
      title: `Llama of 135 M, forward, ${task.batch} × ${task.length}`,
      unit: 'tokens/s',
      medians,
      ratios,
      notes,
    };
  },
};
