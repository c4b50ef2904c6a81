import { createBert } from '@interlayer/bert-model';
import { packKernels, startBackend, uninstallKernels } from '@interlayer/runtime';
import { createExecutor, type Executor, eagerExecutor, type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import { adamW, maskedLoss } from '@interlayer/training';
import type { Benchmark, EagerJob } from './benchmark';
import { type Contestant, interleave, median } from './interleave';
import { startNativePeer, startPeer } from './peer';
import { handOver, spreadIds } from './subject';

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

const inputs: Record<string, HostTensor> = {
  ids: spreadIds(BATCH, LENGTH, VOCABULARY),
  positions: hostTensor(
    Int32Array.from({ length: MASKED }, (_, i) => Math.floor((i * BATCH * LENGTH) / MASKED)),
    [MASKED],
  ),
  labels: hostTensor(
    Int32Array.from({ length: MASKED }, (_, i) => (i * 31) % VOCABULARY),
    [MASKED],
  ),
};

/** One model, one optimiser, one executor: a step a call, the losses kept. */
function trainer(executor: Executor) {
  const model = newModel();
  const variables = Object.values(model.weights);
  const optimizer = adamW(model.weights, { weightDecay: 0 });
  const loss = maskedLoss(
    (batch) => model.run(batch, undefined, { heads: [] }).hidden,
    (states) => model.mlmLogits(states),
  );
  const step = executor.compileStep(loss as never, optimizer, variables);
  const weights = hostTensor(new Float32Array(MASKED).fill(1), [MASKED]);
  const losses: number[] = [];
  return {
    losses,
    async run() {
      const report = await step({ ...inputs, weights }, optimizer.scalars(losses.length + 1, RATE));
      losses.push(report.loss);
      return undefined;
    },
    async close() {
      await step.dispose();
      optimizer.dispose();
      model.dispose();
    },
  };
}

export function eagerJob(): EagerJob {
  const { run, close, losses } = trainer(eagerExecutor());
  return {
    async run() {
      await run();
      return losses.at(-1);
    },
    close,
  };
}

/** The masked-language-model step of a 4-layer BERT (d 128, batch 32 × 64, tied head over 8,192 pieces, AdamW). */
export const trainingStep: Benchmark = {
  name: 'training-step',
  async run({ threads, rounds, python }) {
    const medians: Record<string, number> = {};
    const ratios: Record<string, number> = {};
    const losses: Record<string, number[]> = {};
    const notes: Record<string, unknown> = { losses };
    await startBackend({ backend: 'cpu', log: () => {} });
    const model = newModel();
    const handed = await handOver(model, inputs, { rate: RATE });
    model.dispose();

    for (const count of threads) {
      const executor = await createExecutor({ provider: 'cpu', threads: count, spin: true });
      const ours = trainer(executor);
      const peer = python && (await startPeer(python, 'training-step', count, handed.folder));
      const name = `compiled, ${count} thread${count > 1 ? 's' : ''}`;
      const contestants: Contestant[] = [{ name, run: ours.run }];
      const torch = name.replace('compiled', 'PyTorch');
      if (peer) {
        losses[torch] = [];
        contestants.push({
          name: torch,
          run: async () => {
            const { ms, loss } = await peer.run();
            losses[torch]!.push(loss!);
            return ms;
          },
        });
        notes.peer = peer.about;
      }
      const native = await startNativePeer('training-step', count);
      contestants.push(...native.contestants);
      const times = await interleave(contestants, { rounds, warmUp: 2 });
      for (const [contestant, values] of Object.entries(times)) medians[contestant] = median(values);
      if (peer) {
        ratios[`compiledVsTorch${count}`] = medians[torch]! / medians[name]!;
        peer.close();
      }
      if (medians[native.name]) {
        ratios[`compiledVsTfjsNode${count}`] = medians[native.name]! / medians[name]!;
        losses[native.name] = [...native.losses];
      }
      notes.tfjsNode = native.about;
      native.close();
      losses[name] = ours.losses;
      await ours.close();
      await executor.dispose();
    }
    handed.done();

    for (const [name, kernels] of [
      ['wasm with the kernel pack', packKernels],
      ['stock wasm', ['UnsortedSegmentSum']],
    ] as const) {
      uninstallKernels();
      await startBackend({ backend: 'wasm', kernels, log: () => {} });
      const eager = trainer(eagerExecutor());
      const times = await interleave([{ name, run: eager.run }], { rounds: Math.min(rounds, 5), warmUp: 1 });
      medians[name] = median(times[name]!);
      losses[name] = eager.losses;
      await eager.close();
    }
    const most = Math.max(...threads);
    const compiled = medians[`compiled, ${most} thread${most > 1 ? 's' : ''}`]!;
    ratios.compiledVsWasm = medians['stock wasm']! / compiled;
    ratios.packVsWasm = medians['stock wasm']! / medians['wasm with the kernel pack']!;
    if (ratios[`compiledVsTorch${most}`]) ratios.compiledVsTorch = ratios[`compiledVsTorch${most}`]!;
    const native = ratios[`compiledVsTfjsNode${most}`];
    if (native) ratios.compiledVsTfjsNode = native;
    return { title: 'one training step, 2,048 tokens', unit: 'ms', medians, ratios, notes };
  },
};
