import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BertModel, createBert, savePretrained } from '@interlayer/bert-model';
import { startBackend } from '@interlayer/runtime';
import { createExecutor, eagerExecutor } from '@interlayer/tensor-compile';
import type { Benchmark, EagerJob } from './benchmark';
import { type Contestant, interleave, median } from './interleave';
import { startNativePeer, startPeer } from './peer';
import { handOver, spreadIds } from './subject';

const BATCH = 8;
const LENGTH = 128;

const newModel = () =>
  createBert({ vocab_size: 30522, hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12 }, { seed: 1 });

/** The peak memory, in MB, of a process that loads the model from a folder, compiles it and runs it. */
async function peakMemory(model: BertModel, folder: string, threads: number): Promise<number> {
  await savePretrained(model, folder);
  const script = fileURLToPath(new URL('./forward-memory.ts', import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...process.execArgv, script, folder, String(threads)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`measuring the peak memory failed: ${stderr}`);
  return Number(stdout.trim().split('\n').at(-1));
}

export function eagerJob(): EagerJob {
  const model = newModel();
  const ids = spreadIds(BATCH, LENGTH, 30522);
  const run = eagerExecutor().compile((inputs) => model.run(inputs).hidden);
  return { run: async () => void (await run({ ids })) as undefined, close: () => model.dispose() };
}

/** The encoder of a BERT-base, 8 × 128 tokens, random weights. */
export const forward: Benchmark = {
  name: 'forward',
  async run({ threads, rounds, python }) {
    const medians: Record<string, number> = {};
    const ratios: Record<string, number> = {};
    const notes: Record<string, unknown> = {};
    const ids = spreadIds(BATCH, LENGTH, 30522);
    await startBackend({ backend: 'cpu', log: () => {} });
    const model = newModel();
    const handed = await handOver(model, { ids });
    const tokens = (ms: number) => (BATCH * LENGTH) / (ms / 1e3);
    for (const count of threads) {
      const plural = `${count} thread${count > 1 ? 's' : ''}`;
      const executor = await createExecutor({ provider: 'cpu', threads: count, spin: true });
      const state = Object.values(model.weights);
      const run = executor.compile((inputs) => model.run(inputs).hidden, { state });
      // Frozen weights are packed for the processor once, and held several times over.
      const frozen = executor.compile((inputs) => model.run(inputs).hidden);
      const contestants: Contestant[] = [
        { name: `compiled, ${plural}`, run: async () => void (await run({ ids })) as undefined },
        { name: `compiled with frozen weights, ${plural}`, run: async () => void (await frozen({ ids })) as undefined },
      ];
      const peer = python && (await startPeer(python, 'forward', count, handed.folder));
      if (peer) contestants.push({ name: `PyTorch, ${plural}`, run: async () => (await peer.run()).ms });
      const native = await startNativePeer('forward', count);
      contestants.push(...native.contestants);
      const times = await interleave(contestants, { rounds: Math.max(5, Math.min(rounds, 7)), warmUp: 1 });
      for (const [name, values] of Object.entries(times)) medians[name] = tokens(median(values));
      if (peer) {
        ratios[`compiledVsTorch${count}`] = medians[`compiled, ${plural}`]! / medians[`PyTorch, ${plural}`]!;
        notes.peer = peer.about;
        peer.close();
      }
      if (medians[native.name])
        ratios[`compiledVsTfjsNode${count}`] = medians[`compiled, ${plural}`]! / medians[native.name]!;
      notes.tfjsNode = native.about;
      native.close();
      await executor.dispose();
    }
    notes.peakMemoryMB = await peakMemory(model, join(handed.folder, 'model'), Math.max(...threads));
    model.dispose();
    handed.done();
    await startBackend({ backend: 'wasm', log: () => {} });
    const eager = eagerJob();
    const times = await interleave([{ name: 'wasm', run: eager.run }], { rounds: 2, warmUp: 1 });
    await eager.close();
    medians['wasm (2 runs)'] = tokens(median(times.wasm!));
    const most = Math.max(...threads);
    ratios.compiledVsWasm = medians[`compiled, ${most} thread${most > 1 ? 's' : ''}`]! / medians['wasm (2 runs)']!;
    const native = ratios[`compiledVsTfjsNode${most}`];
    if (native) ratios.compiledVsTfjsNode = native;
    return { title: 'BERT-base forward, 8 × 128', unit: 'tokens/s', medians, ratios, notes };
  },
};
