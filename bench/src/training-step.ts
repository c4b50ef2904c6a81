import { createBert } from '@interlayer/bert-model';
import { startBackend } from '@interlayer/runtime';
import { median } from '@interlayer/stats';
import { type Executor, eagerExecutor, type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import { constantSchedule, maskedLoss } from '@interlayer/training';
import type { Benchmark, Job } from './benchmark';
import { compete } from './contest';
import { handOver, spreadIds } from './subject';
import { compiledJobs, trainingJob } from './training-job';

const BATCH = 32;
const LENGTH = 64;
const MASKED = Math.round(BATCH * LENGTH * 0.15);
const VOCABULARY = 8192;
const RATE = 1e-3;

const newModel = () =>
  createBert(
    {
      vocab_size: VOCABULARY,
      hidden_size: 128,
      num_hidden_layers: 4,
      num_attention_heads: 2,
      max_position_embeddings: LENGTH,
    },
    { seed: 1, heads: ['mlm'] },
  );

const inputs = {
  ids: spreadIds(BATCH, LENGTH, VOCABULARY),
  positions: hostTensor(
    Int32Array.from({ length: MASKED }, (_, i) => Math.floor((i * BATCH * LENGTH) / MASKED)),
    [MASKED],
  ),
  labels: hostTensor(
    Int32Array.from({ length: MASKED }, (_, i) => (i * 31) % VOCABULARY),
    [MASKED],
  ),
  weights: hostTensor(new Float32Array(MASKED).fill(1), [MASKED]),
} satisfies Record<string, HostTensor>;

function subject() {
  const model = newModel();
  const loss = maskedLoss(
    (batch) => model.withHeads([]).run(batch).hidden,
    (states) => model.mlmLogits(states),
  );
  return { ...model, loss, inputs, adam: { weightDecay: 0 }, schedule: constantSchedule(RATE) };
}

const job = (executor: Executor): Job => trainingJob(executor, subject());

export const eagerJob = () => job(eagerExecutor());

/** The masked-language-model step of a 4-layer BERT (d 128, batch 32 × 64, tied head over 8,192 pieces, AdamW). */
export const trainingStep: Benchmark = {
  name: 'training-step',
  async run(context) {
    await startBackend({ backend: 'cpu', log: () => {} });
    const model = newModel();
    const handed = await handOver(model, inputs, { rates: [RATE], adam: { weightDecay: 0 } });
    model.dispose();
    const { medians, ratios, notes } = await compete(
      {
        kind: 'training-step',
        folder: handed.folder,
        compiled: (executor, threads) => compiledJobs(executor, threads, inputs, subject),
        eager: job,
        rounds: context.rounds,
        warmUp: 10,
        stock: { rounds: 5, warmUp: 1 },
        measure: median,
        better: 'less',
      },
      context,
    );
    handed.done();
    const title = 'one training step, 2,048 tokens';
    return { title, unit: 'ms', medians, ratios, notes };
  },
};
