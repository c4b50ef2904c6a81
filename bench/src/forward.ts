import { join } from 'node:path';
import { type BertModel, createBert, saveBert } from '@interlayer/bert-model';
import { startBackend } from '@interlayer/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { Benchmark } from './benchmark';
import { competeForward, eagerForward, type ForwardTask, forwardJob, taskIds } from './forward-contest';
import { peakMemoryOf } from './peak-memory';
import { handOver } from './subject';

const task = { batch: 8, length: 128, vocabulary: 30522, newModel } satisfies ForwardTask;

/** With non-zero biases, as in trained models, so that no engine can skip them. */
function newModel(): BertModel {
  const config = { vocab_size: 30522, hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12 };
  const model = createBert(config, { seed: 1 });
  Object.entries(model.weights).forEach(([name, variable], i) => {
    if (name.endsWith('.bias'))
      tf.tidy(() => variable.assign(tf.truncatedNormal(variable.shape, 0, 0.02, 'float32', i)));
  });
  return model;
}

/** The peak memory, in MB, of a process that loads the model from a folder, compiles it and runs it. */
async function peakMemory(model: BertModel, folder: string, threads: number): Promise<number> {
  await saveBert(model, folder);
  return peakMemoryOf(new URL('./forward-memory.ts', import.meta.url), [folder, String(threads)]);
}

export const eagerJob = () => eagerForward(task);

/** The encoder of a BERT-base, 8 × 128 tokens, random weights. */
export const forward: Benchmark = {
  name: 'forward',
  async run(context) {
    await startBackend({ backend: 'cpu', log: () => {} });
    const model = newModel();
    const handed = await handOver(model, { ids: taskIds(task) });
    const peakMemoryMB = await peakMemory(model, join(handed.folder, 'model'), Math.max(...context.threads));
    const { medians, ratios, notes } = await competeForward(
      task,
      {
        kind: 'forward',
        folder: handed.folder,
        compiled: (executor) => ({
          '': forwardJob(executor, model, task, { state: Object.values(model.weights) }),
          // Frozen weights are packed for the processor once, and take more than twice the memory.
          ' with frozen weights': forwardJob(executor, model, task),
        }),
      },
      context,
    );
    model.dispose();
    handed.done();
    return {
      title: 'BERT-base forward, 8 × 128',
      unit: 'tokens/s',
      medians,
      ratios,
      notes: { ...notes, peakMemoryMB },
    };
  },
};
