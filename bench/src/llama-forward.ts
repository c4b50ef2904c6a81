import {
  createLlama,
  type LlamaInputs,
  type LlamaModel,
  type LlamaScores,
  type LlamaStates,
} from '@interlayer/llama-model';
import { startBackend } from '@interlayer/runtime';
import { median } from '@interlayer/stats';
import { type Executor, eagerExecutor } from '@interlayer/tensor-compile';
import type * as tf from '@tensorflow/tfjs-core';
import type { Benchmark, Job } from './benchmark';
import { compete } from './contest';
import { handOver, spreadIds } from './subject';

const BATCH = 8;
const LENGTH = 256;
const VOCABULARY = 49152;

/** Of the shape of SmolLM2-135M. */
const newModel = (): LlamaModel<LlamaScores> =>
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
  );

/** Forward passes of `batch` rows, without the readout; resolves to the first hidden value. */
function job(executor: Executor, model: LlamaModel<LlamaStates>, batch = BATCH, state?: tf.Variable[]): Job {
  const ids = spreadIds(batch, LENGTH, VOCABULARY);
  const run = executor.compile((inputs: LlamaInputs) => model.run(inputs).hidden, { state });
  return { run: async () => (await run({ ids })).data[0], close: () => run.dispose() };
}

export function eagerJob(executor = eagerExecutor(), batch = BATCH): Job {
  const model = newModel();
  return { run: job(executor, model.withHead(false), batch).run, close: () => model.dispose() };
}

/** The layers of a Llama of 135 million parameters, 8 × 256 tokens, random weights. */
export const llamaForward: Benchmark = {
  name: 'llama-forward',
  async run(context) {
    await startBackend({ backend: 'cpu', log: () => {} });
    const model = newModel();
    const states = model.withHead(false);
    const handed = await handOver(model, { ids: spreadIds(BATCH, LENGTH, VOCABULARY) });
    const tokens = (batch: number) => (ms: readonly number[]) => (batch * LENGTH) / (median(ms) / 1e3);
    const { medians, ratios, notes } = await compete(
      {
        kind: 'llama-forward',
        folder: handed.folder,
        compiled: (executor) => ({ '': job(executor, states, BATCH, Object.values(model.weights)) }),
        eager: eagerJob,
        rounds: Math.min(context.rounds, 7),
        warmUp: 1,
        stock: {
          addsToName: ` (1 × ${LENGTH} tokens, 2 runs)`,
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
    return { title: `Llama of 135 M, forward, ${BATCH} × ${LENGTH}`, unit: 'tokens/s', medians, ratios, notes };
  },
};
