import type { Label } from './labels';
import type { RawRow } from './raw-row';
import { readLabel } from './read-label';
import { requireTask } from './require-split';
import type { SplitOf, TaskName, tasks } from './tasks';

type Flat<T> = { [K in keyof T]: T[K] } & {};

/**
 * A row of a task, with the texts under the hub's names: for `mrpc` `{ sentence1, sentence2, label, idx }`. In a test split the
 * label may be undefined: hidden.
 */
export type GlueRow<T extends TaskName, S extends SplitOf<T> = SplitOf<T>> = T extends TaskName
  ? Flat<
      { -readonly [K in keyof (typeof tasks)[T]['texts']]: string } & {
        /** The id of the class, or for `stsb` the score; undefined where it is hidden. */
        label: S extends `test${string}` ? Label<T> | undefined : Label<T>;
        /** The number of the row in its file, from 0. */
        idx: number;
      }
    >
  : never;

export const isTest = (split: string): boolean => split.startsWith('test');

/** @throws with the place when the label is none, or hidden where it must not be. */
export function toRow<T extends TaskName, S extends SplitOf<T>>(task: T, split: S, raw: RawRow): GlueRow<T, S> {
  let label: number | undefined;
  try {
    label = readLabel(task, raw.label);
    if (label === undefined && !isTest(split)) throw new Error(`The label is hidden, which is for test splits only.`);
  } catch (cause) {
    throw new Error(`${raw.place}: ${(cause as Error).message}`, { cause });
  }
  const names = Object.keys(requireTask(task).texts);
  return { ...Object.fromEntries(names.map((name, i) => [name, raw.texts[i]])), label, idx: raw.idx } as GlueRow<T, S>;
}
