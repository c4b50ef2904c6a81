import { above, atMost, type CheckControl, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { stepTimes } from '../materials/step-times';
import * as sridhar from '../sridhar';
import { type StepSavings, savingsOf } from '../step-savings';

/** Two models of one shape that differ by more than this are no measure of anything, percent. */
const NOISE = 5;

const sameShape: CheckControl<unknown, StepSavings> = {
  record: {
    name: 'another model of the same shape',
    kind: 'positive',
    description: `The times of a second full model against those of the first; more than ${NOISE} % apart fails`,
    expected: 'equal times',
  },
  check(_, [ours]) {
    const apart = stat.plainly(ours!.again);
    return { passed: Math.abs(apart) <= NOISE, detail: `${stat.fixed(apart, 1)} % of the time saved` };
  },
};

export default claim('sridhar-2020/b3-training-time', {
  title: 'Fewer feed-forward blocks, shorter training steps',
  locator: sridhar.ABSTRACT,
  says: 'Fewer intermediate (feed-forward) blocks lower the training time.',
  timed: true,
  estimand:
    'Processor time of a training step that nothing disturbs, the tenth percentile (of a GPU: elapsed time), with every second feed-forward block, and with none, against that with all of them, percent saved',
  source: `${sridhar.NO_NUMBERS} The ceiling follows from the operations of the matrix products.`,
  material: stepTimes,
  budget: { seconds: 30, megabytes: 500 },
  measure: savingsOf,
  criteria: ({ half, none, beyond }) => ({
    half: [
      'A step with half of the blocks takes less time (% saved)',
      above(0, [half], effect(5, '%', 'a sixth of what the operations allow')),
    ],
    none: [
      'A step without any takes less time still (points more saved)',
      above(0, stat.excess([none], [half]), effect(5, 'points')),
    ],
    ceiling: [
      'No more time is saved than operations (time minus operations saved, points)',
      atMost(0, beyond, effect(5, 'points')),
    ],
  }),
  headline: ({ half }) => ['time of a step saved with half of the blocks', '%', half],
  sentence: ({ ours: { texts, bounds } }) =>
    `With half of the feed-forward blocks a training step takes ${texts[0]} % less time, without any ${texts[1]} % less; the matrix products of the blocks have ${stat.fixed(bounds.half)} % and ${stat.fixed(bounds.none)} % fewer operations.`,
  detail: ({ texts }) => `${texts.join(' % and ')} % saved`,
  controls: [
    untrained.shownOnly('the time of a step does not depend on the values of the weights', 'the same savings'),
    sameShape,
  ],
  deviations: () => [
    'Steps of fine-tuning on short rows. Times depend on the machine and on what else runs there, so only ratios of steps that take turns are told, and they differ a little from run to run.',
  ],
});
