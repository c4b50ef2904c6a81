import { above, atMost, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import * as effects from '../effects';
import { repeated } from '../materials/repeated';
import { beyondGuess, repeatFigure, rightAfter } from '../repeats';
import { listByModel } from '../swaps';

export default claim('zhao-2021/a11-one-layer-repeated', {
  title: 'One layer in all places can be trained to serve',
  locator: 'arXiv 2101.04547 v4; "layers 2 to 5" are said to be best, counted from 0 or from 1',
  says: 'A model in which one layer runs in all places can be fine-tuned, best with one of layers 2 to 5: a tendency to share weights, yet some hierarchy.',
  estimand:
    'Accuracy at masked tokens with one layer in all places, right after and after further training, relative to the unchanged model with the same training, points',
  material: repeated,
  needs: ['depth'],
  restsOn: ['IN1', 'IN2', 'IN5'],
  contrary: [
    'Copies of the centre layer in place of the middle ones are the worst of all variants in BERT-Large and Llama2-7B (Sun et al., Transformer Layers as Painters; a span of layers, and no training).',
  ],
  measure(material) {
    const trials = material.trials.map(({ name }) => name);
    const after = trials.map((trial) => effects.accuracyOf(material, trial, 'after'));
    return { material, trials, direct: rightAfter(material), after, ...effects.recovery(material, trials, 0.5) };
  },
  criteria: ({ material, after, some, most }) => ({
    predicts: effects.somethingToLose(material),
    destroyed: [
      'Right after, no layer in all places is more than 5 points better than the most frequent token',
      atMost(5, beyondGuess(material), effect(1, 'points')),
    ],
    some: ['Further training recovers some of what is lost (points)', above(0, some, effect(2, 'points'))],
    most: [
      'It recovers more than half (points beyond that)',
      above(0, most, effect(0.5, 'points'), effects.afterLongTraining(material)),
    ],
    best: [
      'After it the middle layer serves better than the first and the last',
      above(
        0,
        [after[0]!, after.at(-1)!].flatMap((end) => stat.excess(after[Math.floor((after.length - 1) / 2)]!, end)),
        effect(1, 'points'),
        { notAssertedAtMini: 'which layer is best differs between small models' },
      ),
    ],
  }),
  headline: ({ some }) => ['recovered with the first layer in all places, first seed', 'points', some[0]!],
  detail: ({ direct }) => `right after ${stat.rangeOf(direct.flat(), 1)} %`,
  sentence: ({ ours: { material, trials, direct } }) =>
    `By the layer that runs in all places accuracy is ${listByModel(direct)} % right after; training takes what is lost ${trials.map((trial) => `from ${effects.fromTo(material, trial)} points (${trial})`).join(', ')}.`,
  controls: [
    untrained.mustNotReproduce('nothing to lose: the loss is not below that of a unigram model'),
    effects.trainingKeeps,
  ],
  figure: ({ ours: { material }, names, estimate }) => repeatFigure(material, names, estimate),
  table: ({ ours: { material } }) => effects.trialTable(material),
});
