import { existsSync } from 'node:fs';
import { glue } from '@interlayer/glue-loader';
import { seedFrom, shuffle } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';
import type { Bench } from '../../../materials/material';
import { sharedData } from '../../../subjects/shared-data';
import { type Labelled, type Task, taskOf } from './task';

/** Rows of two texts need more room than one sentence, and these tasks more steps. */
const SIZES = { length: 48, steps: 150 };
/** Train rows that the steps can reach: 150 steps of 16. */
const TRAIN = 2400;

interface Texts {
  label: number;
  texts: readonly string[];
}

/** The rows of a split with their texts; which files they are from is noted. */
async function textsOf(task: string, split: 'train' | 'validation', bench: Pick<Bench, 'artefact'>): Promise<Texts[]> {
  const folder = sharedData('glue');
  const from = existsSync(folder) ? { from: folder } : {};
  const noted = <T extends { label: number }>(
    { rows, facts }: { rows: readonly T[]; facts: { files: readonly { path: string; sha256: string }[] } },
    textsIn: (row: T) => string[],
  ) => {
    bench.artefact(`GLUE ${task}, ${split}`, facts.files.map(({ sha256 }) => sha256).join(', '));
    return rows.map((row) => ({ label: row.label, texts: textsIn(row) }));
  };
  if (task === 'sst2') return noted(await glue('sst2', split, from), ({ sentence }) => [sentence]);
  if (task === 'cola') return noted(await glue('cola', split, from), ({ sentence }) => [sentence]);
  const pair = ({ sentence1, sentence2 }: { sentence1: string; sentence2: string }) => [sentence1, sentence2];
  if (task === 'mrpc') return noted(await glue('mrpc', split, from), pair);
  return noted(await glue('rte', split, from), pair);
}

/** [CLS] first text [SEP] second text [SEP]: of a pair, the longer text is cut first. */
const rowOf = ([first, second]: readonly string[], tokenizer: Tokenizer): number[] =>
  tokenizer.encode(first!, { ...(second === undefined ? {} : { pair: second }), maxLength: SIZES.length }).ids;

/** SST-2, CoLA, MRPC and RTE, from the folder `glue` of the shared data where it is there, or else from the hub. */
export async function glueTasks(
  tokenizer: Tokenizer,
  options: { seed: number; count: number },
  bench: Pick<Bench, 'artefact'>,
): Promise<Task[]> {
  const tasks: Task[] = [];
  for (const task of ['sst2', 'cola', 'mrpc', 'rte']) {
    const examples = (rows: readonly Texts[]): Labelled[] =>
      rows.map(({ label, texts }, i) => ({ ids: rowOf(texts, tokenizer), label, of: String(i) }));
    const train = await textsOf(task, 'train', bench);
    const drawn = shuffle(
      train.map((_, i) => i),
      seedFrom(options.seed, 'train rows', task),
    ).slice(0, TRAIN);
    const test = await textsOf(task, 'validation', bench);
    const [left, right] = [examples(drawn.map((i) => train[i]!)), examples(test)];
    tasks.push(taskOf(`GLUE ${task}`, left, right, { ...options, ...SIZES }));
  }
  return tasks;
}
