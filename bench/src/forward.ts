import { join } from 'node:path';
import { type BertInputs, type BertModel, createBert, saveBert } from '@interlayer/bert-model';
import { startBackend } from '@interlayer/runtime';
import { median } from '@interlayer/stats';
import { type Executor, eagerExecutor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import type { Benchmark, Job } from './benchmark';
import { compete } from './contest';
import { peakMemoryOf } from './peak-memory';
import { handOver, spreadIds } from './subject';

const BATCH = 8;
const LENGTH = 128;

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

/** Forward passes of `batch` rows; resolves to the first hidden value. */
function job(
  executor: Executor,
  model: BertModel,
  { batch = BATCH, state }: { batch?: number; state?: tf.Variable[] } = {},
): Job {
  const ids = spreadIds(batch, LENGTH, 30522);
  const run = executor.compile((inputs: BertInputs) => model.run(inputs).hidden, { state });
  return { run: async () => (await run({ ids })).data[0], close: () => run.dispose() };
}

export function eagerJob(executor = eagerExecutor(), batch = BATCH): Job {
  const model = newModel();
  return { run: job(executor, model, { batch }).run, close: () => model.dispose() };
}

/** The encoder of a BERT-base, 8 × 128 tokens, random weights. */
export const forward: Benchmark = {
  name: 'forward',
  async run(context) {
    await startBackend({ backend: 'cpu', log: () => {} });
    const model = newModel();
    const handed = await handOver(model, { ids: spreadIds(BATCH, LENGTH, 30522) });
    const peakMemoryMB = await peakMemory(model, join(handed.folder, 'model'), Math.max(...context.threads));
    const tokens = (batch: number) => (ms: readonly number[]) => (batch * LENGTH) / (median(ms) / 1e3);
    const { medians, ratios, notes } = await compete(
      {
        kind: 'forward',
        folder: handed.folder,
        compiled: (executor) => ({
          '': job(executor, model, { state: Object.values(model.weights) }),
          // Frozen weights are packed for the processor once, and take more than twice the memory.
          ' with frozen weights': job(executor, model),
        }),
        eager: eagerJob,
        rounds: Math.min(context.rounds, 7),
        warmUp: 1,
        // A single row takes ten seconds.
        stock: {
          addsToName: ' (1 × 128 tokens, 2 runs)',
          eager: (executor) => eagerJob(executor, 1),
          rounds: 2,
          warmUp: 0,
          measure: tokens(1),
        },
        measure: tokens(BATCH),
        better: 'more',
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
