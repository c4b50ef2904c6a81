import type { CheckControl } from '../../claim';
import type { Statistic } from '../../claim/statistic';
import type { Bench } from '../../materials/material';
import { CHANCE, estimateOf, gain, MARGIN, meanOver, points, type TaskAccuracy, withEnds } from './accuracy';
import { PAIRS, runName, SHUFFLED } from './materials/fine-tuned';

type Control = CheckControl<unknown, { tasks: readonly TaskAccuracy[] }>;
type Interval = readonly [low: number, high: number];

/** Asks each task that counts for the interval of a difference; a control passes where all are as they must be. */
function askTasks(
  tasks: readonly TaskAccuracy[],
  bench: Pick<Bench, 'seed'>,
  of: (task: TaskAccuracy) => Statistic,
  isRight: (interval: Interval) => boolean,
): { passed: boolean; detail: string } {
  const asked = tasks.flatMap((task) => {
    if (!task.counts) return [];
    const { value, interval } = estimateOf(of(task), bench);
    return [{ passed: isRight(interval), text: `${task.name} ${withEnds(value, interval)}` }];
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
    description: `The baseline, fine-tuned on labels in random order; an interval that lies above ${CHANCE + MARGIN} % fails`,
    expected: 'no better than one class for all',
  },
  check: (_, [ours], bench) =>
    askTasks(
      ours!.tasks,
      bench,
      ({ task }) => meanOver(task, '', task.right[runName('base', SHUFFLED)]!.map(points)),
      ([low]) => low <= CHANCE + MARGIN,
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
