import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createTriggerScan, readTriggers, type Triggers, writeTriggers } from '@interlayer/ffn-memory';
import type { Runtime } from '@interlayer/runtime';
import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import { seedFrom } from '@interlayer/text-data';
import * as tf from '@tensorflow/tfjs-core';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { forEachBatch, hostMatrix } from './batches';
import type { MemoryModel, ModelTensors, ScanInput } from './memory-model';

export interface ScanOptions {
  /** Triggers kept for each key. */
  top: number;
  seed: number;
  /** Names everything that decides the result; a file of another scan is not gone on with. */
  about: string;
  /** Where the scan is kept, so that it can be gone on with. */
  file: string;
  /** Whether to go on from that file, where there is one. */
  resume: boolean;
  log: (text: string) => void;
  /** Told after each batch which share of the tokens is read. */
  progress?: (share: number) => void;
  /** So often is the scan written down, in milliseconds; every 15 seconds unless given. */
  writeEvery?: number;
}

/**
 * The trigger examples of every key over all sentences, at most one a sentence. The best place of each sentence is found
 * inside of the graph, so that positions × cells numbers never leave it.
 */
export async function scanTriggers(
  model: MemoryModel,
  sentences: readonly ArrayLike<number>[],
  runtime: Runtime,
  { top, seed, about, file, resume, log, progress, writeEvery = 15_000 }: ScanOptions,
): Promise<Triggers> {
  const rows: (ScanInput & { example: number })[] = [];
  for (const [example, sentence] of sentences.entries()) {
    const generator = xoroshiro128plus(seedFrom(seed, 'mask', example));
    const input = model.scanInput(Array.from(sentence), (n) => uniformInt(generator, 0, n - 1));
    if (input) rows.push({ ...input, example });
  }
  const { layers, cells } = model;
  const earlier = resume ? await earlierScan(file, about, log) : undefined;
  const scan = createTriggerScan(earlier?.triggers ?? { layers, cells, top, dedupe: 'sentence', about });
  let done = earlier?.batches ?? 0;
  const forward = runtime.executor.compile(
    ({ ids, mask, candidates }: ModelTensors & { candidates: tf.Tensor2D }) => {
      const excluded = tf.expandDims(tf.mul(tf.sub(candidates, 1), 1e9), 2);
      return model.trace({ ids, mask }, ['ffn.preactivation']).map(([scores]) => {
        const offered = tf.add(scores!, excluded);
        return { best: tf.max(offered, 1), at: tf.argMax(offered, 1) };
      });
    },
    { name: 'best place of each sentence', cacheSize: 2 },
  );
  mkdirSync(dirname(file), { recursive: true });
  let written = performance.now();
  try {
    await forEachBatch(
      rows,
      model.positions,
      async (batch, indices, length, share) => {
        const candidates = new Float32Array(batch.ids.data.length);
        for (const [i, index] of indices.entries())
          candidates.fill(1, i * length + rows[index]!.from, i * length + rows[index]!.to);
        const found = (await forward({
          ...batch,
          candidates: hostTensor(candidates, batch.ids.shape, 'float32'),
        })) as unknown as Record<'best' | 'at', HostTensor>[];
        const examples = indices.map((index) => rows[index]!.example);
        for (const [layer, { best, at }] of found.entries())
          scan.add({
            layer,
            scores: hostMatrix(best),
            examples,
            positions: at.data.map((place, i) => place - rows[indices[Math.floor(i / cells)]!]!.shift),
          });
        done++;
        progress?.(share);
        if (performance.now() - written > writeEvery) {
          await writeTriggers(file, scan.result(), { batches: done });
          written = performance.now();
        }
      },
      done,
    );
  } finally {
    await forward.dispose();
  }
  const triggers = scan.result();
  await writeTriggers(file, triggers, { batches: done });
  return triggers;
}

/** What an interrupted run has left, if it can be gone on with; a damaged file is refused with its reason, and scanned anew. */
async function earlierScan(
  file: string,
  about: string,
  log: (text: string) => void,
): Promise<{ triggers: Triggers; batches: number } | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    const { triggers, progress } = await readTriggers(file);
    if (triggers.about !== about) {
      log(`${file} is a scan under other settings; the corpus is scanned anew.`);
      return undefined;
    }
    return { triggers, batches: (progress as { batches: number }).batches };
  } catch (error) {
    log(`${(error as Error).message} The corpus is scanned anew; finished claims are kept.`);
    return undefined;
  }
}
