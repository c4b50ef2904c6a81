import { above, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { REORDERING_HARMS } from '../contrary';
import * as effects from '../effects';
import { trainedOrders } from '../materials/interventions';
import { ENDS, FIRST_TWO } from '../materials/kinds';

const SWAPS = [FIRST_TWO, ENDS];

export default claim('zhao-2021/a8-training-recovers-swaps', {
  title: 'Further training makes good most of what a swap costs',
  locator: 'arXiv 2101.04547 v4; the curves could not be read',
  says: 'After two layers have been swapped, three more epochs recover most of what was lost. (The second half of A8.)',
  estimand:
    'Accuracy at masked tokens lost after a swap, right after and after further training, relative to the unchanged model with the same training, points',
  material: trainedOrders,
  needs: ['depth'],
  restsOn: ['IN1', 'IN5', 'CO1'],
  contrary: [REORDERING_HARMS],
  measure: (material) => ({
    material,
    before: SWAPS.map((swap) => effects.lost(material, swap, 'before')),
    ...effects.recovery(material, SWAPS),
  }),
  criteria: ({ material, before, some, most }) => ({
    predicts: effects.somethingToLose(material),
    harmed: [
      'There is something to recover: each of the two swaps costs accuracy (points)',
      above(0, before.flat(), effect(2, 'points')),
    ],
    some: ['Further training recovers some of it (points)', above(0, some, effect(2, 'points'))],
    most: [
      'It recovers more than 60 % (points beyond that)',
      above(0, most, effect(0.5, 'points'), effects.afterLongTraining(material)),
    ],
  }),
  headline: ({ some }) => ['recovered after the swap of the first two layers, first seed', 'points', some[0]!],
  detail: ({ before }) => `${stat.list(before.flat(), 1)} points lost`,
  sentence: ({ ours: { material } }) =>
    `In each seed training takes what is lost from ${effects.fromTo(material, FIRST_TWO)} points (first two layers swapped), and from ${effects.fromTo(material, ENDS)} (first and last), beside the unchanged model with the same training.`,
  controls: [
    untrained.mustNotReproduce('nothing to lose: the loss is not below that of a unigram model'),
    effects.trainingKeeps,
  ],
  table: ({ ours: { material } }) => effects.trialTable(material),
});
