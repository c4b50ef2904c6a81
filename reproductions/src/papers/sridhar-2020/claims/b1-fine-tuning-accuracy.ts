import { atLeast, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { accuracyOf, accuracyTable, CHANCE, FLOOR, MARGIN, type TaskAccuracy } from '../accuracy';
import { fineTuned } from '../materials/fine-tuned';
import * as sridhar from '../sridhar';
import { otherSeed, shuffledLabels } from '../tuning-controls';

const WHY = 'the margin, three points of accuracy';
const SILENT = `The baseline does not beat one class for all by ${FLOOR} points here, so the task tells nothing.`;
const SCRATCH = 'some tasks are learned as well from scratch, but not the order of words';
const REVISED =
  'These rules are a second version, revised after a first measurement with seed 1; so the verdict with seed 1 is not an independent test of them. That measurement showed three faults. The accuracy of always answering one class depended on which presidents were drawn: now both classes count equally. Training stopped after 60 steps, while the models were still learning the order of words: now it takes 40, 40 and 120 steps. And models trained from scratch detect spam as well: “pre-training helps” is no longer asked of each task. The margin and the comparisons are unchanged. For an independent test, run this claim with --seed 2, which draws other training mails, other test texts, and another order and classifier for every fine-tuning run.';
const losses = ({ tasks }: { tasks: readonly TaskAccuracy[] }) =>
  tasks.map(({ name, half }) => `${name} ${stat.list(half, 1)}`).join('; ');

export default claim('sridhar-2020/b1-fine-tuning-accuracy', {
  title: 'Half of the feed-forward blocks cost little accuracy after fine-tuning',
  locator: sridhar.ABSTRACT,
  says: 'A BERT with fewer intermediate (feed-forward) blocks, pre-trained as such, loses only a minimal amount of fine-tuning accuracy on downstream tasks.',
  estimand:
    'Accuracy on held-out texts, mean of both classes, after fine-tuning, models with every second feed-forward block minus models with all of them, mean over two pre-training seeds and over seeds of fine-tuning, at equal steps and at equal computation of the blocks, points',
  source: sridhar.NO_NUMBERS,
  material: fineTuned,
  contrary: [sridhar.CONTRARY.cramming, sridhar.CONTRARY.zhao],
  budget: { seconds: 60, megabytes: 500 },
  measure: ({ tasks }, bench) => ({ tasks: tasks.map((task) => accuracyOf(task, bench)) }),
  criteria: ({ tasks }) => ({
    learned: [
      `The baseline beats one class for all by at least ${FLOOR} points (% right)`,
      atLeast(
        CHANCE + FLOOR,
        tasks.map(({ baseline }) => baseline),
        effect(FLOOR, 'points'),
      ),
    ],
    ...Object.fromEntries(
      tasks.map(({ name, half, counts }) => [
        name.replaceAll(' ', '-'),
        [
          `${name}: half of the blocks lose no more than ${MARGIN} points`,
          atLeast(-MARGIN, half, effect(MARGIN, 'points', WHY), counts ? {} : { notAssertedAtMini: SILENT }),
        ],
      ]),
    ),
  }),
  headline: ({ tasks }) => [`accuracy, half minus all blocks, ${tasks[0]!.name}`, 'points', tasks[0]!.half[0]!],
  n: ({ tasks }) => tasks.reduce((sum, { task }) => sum + task.labels.length, 0),
  detail: losses,
  sentence: ({ ours }) =>
    `Half of the feed-forward blocks change the accuracy after fine-tuning by (points, at equal steps, at equal computation): ${losses(ours)}.`,
  controls: [untrained.mustNotReproduce(SCRATCH), otherSeed, shuffledLabels],
  deviations: () => [
    'Small models and short fine-tuning on three tasks that need no download; equal time is equal computation of the blocks’ matrix products, so that it is the same on every machine.',
    'Whether two sentences follow each other, tried first, is out of reach of the baseline: 48 % after 400 steps.',
    REVISED,
  ],
  table: ({ ours: { tasks }, estimate }) => accuracyTable(tasks, estimate),
});
