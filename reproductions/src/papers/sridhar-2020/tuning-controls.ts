import type { CheckControl } from '../../claim';
import { fixed, type Statistic } from '../../claim/statistic';
import type { Bench } from '../../materials/material';
import { estimateOf, gain, MARGIN, type TaskAccuracy } from './accuracy';
import { PAIRS, runName, SHUFFLED } from './materials/fine-tuned';

type Control = CheckControl<unknown, { tasks: readonly TaskAccuracy[] }>;
type Interval = readonly [low: number, high: number];

/** Asks each task that counts for the interval of a difference; a control passes where all are as they must be. */
function askTasks(
  tasks: readonly TaskAccuracy[],
  bench: Pick<Bench, 'seed'>,
  of: (task: TaskAccuracy, index: number) => Statistic,
  isRight: (interval: Interval) => boolean,
): { passed: boolean; detail: string } {
  const asked = tasks.flatMap((task, i) => {
    if (!task.counts) return [];
    const { value, interval } = estimateOf(of(task, i), bench);
    const ends = interval.map((end) => fixed(end, 1)).join(' to ');
    return [{ passed: isRight(interval), text: `${task.name} ${fixed(value, 1)} points (${ends})` }];
  });
  return {
    passed: asked.every(({ passed }) => passed),
    detail: asked.map(({ text }) => text).join('; ') || 'no task counts',
  };
}

/** The pipeline finds nothing where there is nothing to find. */
export const shuffledLabels: Control = {
  record: {
    name: 'shuffled labels',
    kind: 'negative',
    description: `The baseline, fine-tuned on labels in random order; an interval that lies more than ${MARGIN} points above the most frequent class fails`,
    expected: 'no better than the most frequent class',
  },
  check: (_, [ours], bench) =>
    askTasks(
      ours!.tasks,
      bench,
      ({ task }) => gain(task, '', [[task.right[runName('base', SHUFFLED)]![0]!, task.majority]]),
      ([low]) => low <= MARGIN,
    ),
};

/** Two seeds of one architecture show what a difference of no meaning looks like. */
export const otherSeed: Control = {
  record: {
    name: 'another seed',
    kind: 'positive',
    description: `The baseline from another seed against the baseline, at equal steps; an interval that lies beyond ${MARGIN} points on either side fails`,
    expected: 'less than the margin apart',
  },
  check: (_, [ours], bench) =>
    askTasks(
      ours!.tasks,
      bench,
      ({ task }) => {
        const [base, other] = PAIRS.map(([, full]) => task.right[full]!);
        return gain(
          task,
          '',
          base!.map((row, seed) => [other![seed]!, row] as const),
        );
      },
      ([low, high]) => low <= MARGIN && high >= -MARGIN,
    ),
};

/** Where fine-tuning does as well from random weights, its accuracy says nothing about what was pre-trained. */
export const preTraining: Control = {
  record: {
    name: 'pre-training helps',
    kind: 'positive',
    description: 'The baseline against the same fine-tuning from untrained weights; an interval that reaches 0 fails',
    expected: 'better from trained weights in each task that counts',
  },
  check: (_, [ours, untrained], bench) =>
    askTasks(
      ours!.tasks,
      bench,
      ({ task }, i) => gain(task, '', [[task.right.base![0]!, untrained!.tasks[i]!.task.right.base![0]!]]),
      ([low]) => low > 0,
    ),
};
