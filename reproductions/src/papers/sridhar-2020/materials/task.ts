import { seedFrom, shuffle } from '@interlayer/text-data';
import type { Example } from '../fine-tune';

/** An example, with the name of what it belongs to: the thread of a mail, the president who spoke a sentence. */
export type Labelled = Example & { of: string };

/** Texts of two classes to fine-tune on, and others to test on. */
export interface Task {
  name: string;
  train: readonly Labelled[];
  test: readonly Labelled[];
  /** What each test example belongs to, as a number. */
  clusters: readonly number[];
  /** Optimiser steps of a run. */
  steps: number;
  /** Tokens of a row, special ones included. */
  length: number;
}

/** A task of examples, with at most `count` of them to test on, drawn by the seed: as many of one class as of the other. */
export function taskOf(
  name: string,
  train: readonly Labelled[],
  test: readonly Labelled[],
  { seed, count, steps, length }: { seed: number; count: number; steps: number; length: number },
): Task {
  const drawn = [0, 1].map((label) =>
    shuffle(
      test.flatMap((example, i) => (example.label === label ? [i] : [])),
      seedFrom(seed, 'test examples', name, label),
    ),
  );
  const each = Math.min(Math.floor(count / 2), ...drawn.map(({ length }) => length));
  const chosen = drawn.flatMap((places) => places.slice(0, each));
  const names = [...new Set(chosen.map((i) => test[i]!.of))];
  return {
    name,
    train,
    test: chosen.map((i) => test[i]!),
    clusters: chosen.map((i) => names.indexOf(test[i]!.of)),
    steps,
    length,
  };
}
