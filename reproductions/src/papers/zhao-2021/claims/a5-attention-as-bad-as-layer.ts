import { atLeast, between, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import * as effects from '../effects';
import { intervened } from '../materials/interventions';
import { halfOf, lowestName } from '../materials/kinds';

export default claim('zhao-2021/a5-attention-as-bad-as-layer', {
  title: 'Removing attention hurts as much as removing the whole layer',
  locator: 'arXiv 2101.04547 v4; the curves could not be read',
  says: 'Removing the output of self-attention costs as much accuracy as removing the whole layer. (The second half of A5.)',
  estimand:
    'Accuracy at masked tokens lost when the outputs of attention, or those of both branches, are removed (skips and LayerNorms stay), relative to the unchanged model, points',
  material: intervened,
  restsOn: ['IN3', 'IN4', 'IN5'],
  measure(material) {
    const half = (kind: 'attention removed' | 'layer removed') =>
      effects.lost(material, lowestName(kind, halfOf(material.layers)), 'after');
    return {
      material,
      mlp: effects.meanLostAlone(material, 'MLP removed'),
      attention: effects.meanLostAlone(material, 'attention removed'),
      layer: effects.meanLostAlone(material, 'layer removed'),
      trained: { attention: half('attention removed'), layer: half('layer removed') },
    };
  },
  criteria: ({ material, mlp, attention, layer, trained }) => ({
    predicts: effects.somethingToLose(material),
    'no-less': [
      'Right after, a layer removed costs at least as much as its attention or its MLP, mean over layers',
      atLeast(0, [...stat.excess(layer, attention), ...stat.excess(layer, mlp)], effect(0.5, 'points')),
    ],
    'as-bad': [
      'After further training half of the layers removed and half of the attention are at most 2 points apart',
      between([-2, 2], stat.excess(trained.layer, trained.attention), effect(1, 'points'), {
        notAssertedAtMini: 'in the calibration run, right after, a layer cost about twice what its attention did',
      }),
    ],
  }),
  headline: ({ layer, attention }) => [
    'lost by removing one layer minus its attention, mean over layers, first seed',
    'points',
    stat.excess(layer, attention)[0]!,
  ],
  detail: ({ attention, layer }) => `attention ${stat.list(attention, 1)}, layer ${stat.list(layer, 1)} points lost`,
  sentence: ({ ours: { attention, layer, trained } }) =>
    `One attention removed costs ${stat.list(attention, 1)} points on average in each seed, one layer ${stat.list(layer, 1)}; after further training half of the attention costs ${stat.list(trained.attention, 1)} and half of the layers ${stat.list(trained.layer, 1)}.`,
  controls: [
    untrained.mustNotReproduce('nothing to lose: the loss is not below that of a unigram model'),
    effects.trainingKeeps,
  ],
  table: ({ ours: { material } }) => effects.trialTable(material),
});
