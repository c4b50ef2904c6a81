import { above, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { REORDERING_HARMS } from '../contrary';
import * as effects from '../effects';
import { trainedOrders } from '../materials/interventions';
import { NONE_STAYS } from '../materials/kinds';

export default claim('zhao-2021/a10-training-recovers-shuffle', {
  title: 'Further training makes good much of what a shuffle costs',
  locator: 'arXiv 2101.04547 v4; the curves could not be read',
  says: 'After a shuffle of the layers, three more epochs recover much of what was lost. (The second half of A10.)',
  estimand:
    'Accuracy at masked tokens lost after a shuffle in which no layer stays, right after and after further training, relative to the unchanged model with the same training, points',
  material: trainedOrders,
  needs: ['depth'],
  restsOn: ['IN1', 'IN5', 'CO5'],
  contrary: [REORDERING_HARMS],
  measure: (material) => ({
    material,
    before: effects.lost(material, NONE_STAYS, 'before'),
    ...effects.recovery(material, [NONE_STAYS], 0.5),
  }),
  criteria: ({ material, before, some, most }) => ({
    predicts: effects.somethingToLose(material),
    harmed: [
      'There is something to recover: the shuffle costs accuracy (points)',
      above(0, before, effect(2, 'points')),
    ],
    some: ['Further training recovers some of it (points)', above(0, some, effect(2, 'points'))],
    most: [
      'It recovers more than half (points beyond that)',
      above(0, most, effect(0.5, 'points'), effects.afterLongTraining(material)),
    ],
  }),
  headline: ({ some }) => ['recovered after the shuffle, first seed', 'points', some[0]!],
  detail: ({ before }) => `${stat.list(before, 1)} points lost`,
  sentence: ({ ours: { material } }) =>
    `In each seed training takes what is lost from ${effects.fromTo(material, NONE_STAYS)} points, beside the unchanged model with the same training.`,
  controls: [
    untrained.mustNotReproduce('nothing to lose: the loss is not below that of a unigram model'),
    effects.trainingKeeps,
  ],
  table: ({ ours: { material } }) => effects.trialTable(material),
});
