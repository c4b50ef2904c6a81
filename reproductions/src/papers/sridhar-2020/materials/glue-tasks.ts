import { seedFrom, shuffle } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';
import { type GlueTexts, glueRows } from '../../../materials/glue-rows';
import type { Bench } from '../../../materials/material';
import { type Labelled, type Task, taskOf } from './task';

/** Rows of two texts need more room than one sentence, and these tasks more steps. */
const SIZES = { length: 48, steps: 150 };
/** Train rows that the steps can reach: 150 steps of 16. */
const TRAIN = 2400;

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
  for (const task of ['sst2', 'cola', 'mrpc', 'rte'] as const) {
    const examples = (rows: readonly GlueTexts[]): Labelled[] =>
      rows.map(({ label, texts }, i) => ({ ids: rowOf(texts, tokenizer), label, of: String(i) }));
    const { rows: train } = await glueRows(task, 'train', bench);
    const drawn = shuffle(
      train.map((_, i) => i),
      seedFrom(options.seed, 'train rows', task),
    ).slice(0, TRAIN);
    const { rows: test } = await glueRows(task, 'validation', bench);
    const [left, right] = [examples(drawn.map((i) => train[i]!)), examples(test)];
    tasks.push(taskOf(`GLUE ${task}`, left, right, { ...options, ...SIZES }));
  }
  return tasks;
}
