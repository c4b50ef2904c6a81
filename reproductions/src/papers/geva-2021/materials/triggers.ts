import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createTriggerScan, readTriggers, type Triggers, writeTriggers } from '@interlayer/ffn-memory';
import type { Runtime } from '@interlayer/runtime';
import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import { seedFrom, sentences, shuffle } from '@interlayer/text-data';
import * as tf from '@tensorflow/tfjs-core';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { forEachBatch, hostMatrix } from '../../../materials/batches';
import { textsOf } from '../../../materials/corpus';
import { material } from '../../../materials/material';
import { isLarge, type ModelTensors, type Specimen, sharedWeights } from '../../../subjects/specimen';

/** Triggers of each key that are kept, as many as the paper needs at most. */
export const TRIGGERS = 50;
/** Sentences that the controls read: a tenth of the text is enough for them. */
const CONTROL_SENTENCES = 6000;
/** What a large model reads: more than 200,000 tokens of Wikipedia, and a tenth of that for each control. */
const LARGE = { trained: 6800, control: 680 };

/** What the claims about keys say of their sample. */
export const TRIGGER_SAMPLE = `triggers: of each key the ${TRIGGERS} sentences of the train split with the largest pre-activation (of a gated cell, coefficient), at the best of their prefixes; for the controls among ${CONTROL_SENTENCES.toLocaleString('en-US')} of the sentences (large models: among ${LARGE.trained.toLocaleString('en-US')} sentences, the controls ${LARGE.control})`;

/** Tokens of the sentences that the trained model and its controls read. */
const trainSentences = material<{ trained: Int32Array[]; control: Int32Array[] }>({
  name: 'train sentences',
  needs: [],
  shared: true,
  async make(bench) {
    const texts = (await textsOf('train', bench)).flatMap(({ text }) => sentences(text));
    const specimen = await bench.specimen();
    const { tokenizer } = specimen;
    const most = isLarge(specimen) ? LARGE : { trained: texts.length, control: CONTROL_SENTENCES };
    // In the order of the text, whichever are drawn.
    const draw = <T>(all: readonly T[], count: number, what: string): T[] =>
      shuffle(
        all.map((_, i) => i),
        seedFrom(bench.seed, what),
      )
        .slice(0, count)
        .sort((a, b) => a - b)
        .map((i) => all[i]!);
    const trained = draw(texts, Math.min(most.trained, bench.sample ?? texts.length), 'trained sentences').map((text) =>
      Int32Array.from(tokenizer.encode(text, { addSpecialTokens: false }).ids),
    );
    return { trained, control: draw(trained, most.control, 'untrained sentences') };
  },
});

export interface KeyTriggers {
  triggers: Triggers;
  /** Of gated cells: the sentences that give each its most negative coefficient. */
  negative?: Triggers;
  /** Tokens of the sentences that were scanned; a trigger names one by its index. */
  sentences: readonly Int32Array[];
}

/** The trigger examples of every key of a model. */
export const keyTriggers = material<KeyTriggers>({
  name: 'triggers',
  needs: ['memories'],
  uses: [trainSentences],
  budget: { seconds: 240, megabytes: 1500 },
  async make(bench) {
    const corpus = await bench.get(trainSentences);
    const read = bench.condition === 'trained' ? corpus.trained : corpus.control;
    const scans = await scanTriggers(await bench.specimen(), read, await bench.runtime(), {
      top: TRIGGERS,
      seed: bench.seed,
      ...bench.work('triggers.safetensors'),
      log: bench.log,
      progress: bench.progress,
    });
    return { ...scans, sentences: read };
  },
});

/** Cells without any trigger, and what becomes of them. */
export function deadKeys({ counts }: Pick<Triggers, 'counts'>, consequence: string): { count: number; why: string }[] {
  const count = counts.filter((triggers) => triggers === 0).length;
  return count ? [{ count, why: `dead cells: no prefix of the corpus triggers them; ${consequence}` }] : [];
}

/** A sentence as a scan reads it: one forward pass, and the prefixes that it answers. */
interface ScanInput {
  ids: readonly number[];
  /** The indices of `ids` that answer a prefix: `from` … `to` − 1. */
  from: number;
  to: number;
  /** Such an index, less this, is the position in the sentence at which its prefix ends. */
  shift: number;
}

/** How a model reads a sentence; `draw(n)` gives a whole number of 0 … n − 1. Undefined for one that is too short or long. */
export function scanInput(
  { kind, positions, input }: Pick<Specimen, 'kind' | 'positions' | 'input'>,
  sentence: readonly number[],
  draw: (n: number) => number,
): ScanInput | undefined {
  if (kind === 'causal') {
    // The whole sentence is not a candidate, since nothing follows it; and no prefix sees its last token.
    const ids = sentence.slice(0, Math.min(positions, sentence.length - 1));
    return ids.length === 0 ? undefined : { ids, from: 0, to: ids.length, shift: 0 };
  }
  if (sentence.length < 2) return undefined;
  const masked = 1 + draw(sentence.length - 1);
  const place = input({ prefix: sentence.slice(0, masked), rest: sentence.slice(masked + 1) });
  return place && { ids: place.ids, from: place.at, to: place.at + 1, shift: 2 };
}

export interface ScanOptions {
  /** Triggers kept for each key. */
  top: number;
  seed: number;
  /** Names everything that decides the result; a file of another scan is not resumed. */
  about: string;
  /** Where the scan is kept, so that it can be resumed; that of negative coefficients lies beside it. */
  file: string;
  /** Whether to resume from that file, where there is one. */
  resume: boolean;
  log: (text: string) => void;
  /** Called after each batch with the share of the tokens that is read. */
  progress?: (share: number) => void;
  /** Milliseconds between two writes of the scan; 15 seconds unless given. */
  writeEvery?: number;
}

/**
 * The trigger examples of every key over all sentences, at most one a sentence; of gated cells those of either sign of their
 * coefficient. The best place of each sentence is found inside of the graph, so that positions × cells numbers never leave it.
 */
export async function scanTriggers(
  specimen: Specimen,
  sentences: readonly ArrayLike<number>[],
  runtime: Runtime,
  { top, seed, about, file, resume, log, progress, writeEvery = 15_000 }: ScanOptions,
): Promise<Pick<KeyTriggers, 'triggers' | 'negative'>> {
  const rows: (ScanInput & { example: number })[] = [];
  for (const [example, sentence] of sentences.entries()) {
    const generator = xoroshiro128plus(seedFrom(seed, 'mask', example));
    const input = scanInput(specimen, Array.from(sentence), (n) => uniformInt(generator, 0, n - 1));
    if (input) rows.push({ ...input, example });
  }
  const { layers, cells, positions, gated } = specimen;
  const sides = gated ? (['positive', 'negative'] as const) : (['positive'] as const);
  const files = sides.map((side) => (side === 'positive' ? file : file.replace(/(\.safetensors)?$/, '-negative$1')));
  const earlier = resume ? await Promise.all(files.map((each) => earlierScan(each, about, log))) : [];
  // Both files are written together; where one was not, both scans begin anew.
  const together = earlier.every((each) => each?.batches === earlier[0]?.batches);
  const scans = sides.map((side, i) =>
    createTriggerScan((together && earlier[i]?.triggers) || { layers, cells, top, side, dedupe: 'sentence', about }),
  );
  let done = (together && earlier[0]?.batches) || 0;
  const forward = runtime.executor.compile(
    ({ ids, mask, candidates }: ModelTensors & { candidates: tf.Tensor2D }) => {
      const excluded = tf.expandDims(tf.mul(tf.sub(candidates, 1), 1e9), 2);
      return specimen.trace({ ids, mask }, [gated ? 'ffn.hidden' : 'ffn.preactivation']).map(([scores]) =>
        sides.map((side) => {
          const offered = tf.add(side === 'positive' ? scores! : tf.neg(scores!), excluded);
          return { best: tf.max(offered, 1), at: tf.argMax(offered, 1) };
        }),
      );
    },
    { name: 'best place of each sentence', cacheSize: 2, state: sharedWeights(specimen) },
  );
  const keep = async () => {
    for (const [i, scan] of scans.entries()) await writeTriggers(files[i]!, scan.result(), { batches: done });
  };
  mkdirSync(dirname(file), { recursive: true });
  let written = performance.now();
  try {
    await forEachBatch(
      rows,
      positions,
      async (batch, indices, length, share) => {
        const candidates = new Float32Array(batch.ids.data.length);
        for (const [i, index] of indices.entries())
          candidates.fill(1, i * length + rows[index]!.from, i * length + rows[index]!.to);
        const places = (await forward({
          ...batch,
          candidates: hostTensor(candidates, batch.ids.shape, 'float32'),
        })) as unknown as Record<'best' | 'at', HostTensor>[][];
        const examples = indices.map((index) => rows[index]!.example);
        for (const [layer, ofSides] of places.entries())
          for (const [i, { best, at }] of ofSides.entries())
            scans[i]!.add({
              layer,
              scores: hostMatrix(sides[i] === 'positive' ? best : { ...best, data: best.data.map((score) => -score) }),
              examples,
              positions: at.data.map((place, i) => place - rows[indices[Math.floor(i / cells)]!]!.shift),
            });
        done++;
        progress?.(share);
        if (performance.now() - written > writeEvery) {
          await keep();
          written = performance.now();
        }
      },
      done,
    );
  } finally {
    await forward.dispose();
  }
  await keep();
  const [triggers, negative] = scans.map((scan) => scan.result());
  return { triggers: triggers!, ...(negative && { negative }) };
}

/** What an interrupted run has left, if it can be resumed; a damaged file is refused with its reason, and the corpus scanned anew. */
async function earlierScan(
  file: string,
  about: string,
  log: (text: string) => void,
): Promise<{ triggers: Triggers; batches: number } | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    const { triggers, progress } = await readTriggers(file);
    if (triggers.about !== about) {
      log(`${file} is a scan under other settings; the corpus is scanned again.`);
      return undefined;
    }
    return { triggers, batches: (progress as { batches: number }).batches };
  } catch (error) {
    log(`${(error as Error).message} The corpus is scanned again; finished claims are kept.`);
    return undefined;
  }
}
