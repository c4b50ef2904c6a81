import { above, atLeast, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { cosineEnds, movedByChanges } from '../materials/moved-states';
import { afterChange } from '../swaps';

export default claim('zhao-2021/a5-removals-move-states', {
  title: 'Removing an MLP moves the final states less than removing attention or a layer (proxy)',
  locator: 'arXiv 2101.04547 v4, where it is said of accuracy on MNLI after fine-tuning',
  says: 'Removing MLPs hurts less than removing the output of self-attention, which hurts as much as removing the whole layer. (Of accuracy after fine-tuning; here right after, by final hidden states, for which a model needs no head.)',
  kind: 'proxy',
  estimand:
    'Centred cosine between final hidden states with one MLP, one attention or one layer removed and with all as it is, mean over tokens and layers',
  material: movedByChanges,
  restsOn: ['IN3', 'IN4'],
  measure: (material) => ({
    mlp: afterChange(material, 'MLP removed'),
    attention: afterChange(material, 'attention removed'),
    layer: afterChange(material, 'layer removed'),
  }),
  criteria: ({ mlp, attention, layer }) => ({
    moves: [
      'Removing a layer moves the states (what it takes from the cosine)',
      above(
        0,
        layer.map(({ units, label, of }) => stat.statistic(units, label, (weights) => 1 - of(weights))),
        effect(0.1, 'of the cosine', 'an untrained stack moves by a hundredth or two'),
      ),
    ],
    'mlp-less': [
      'An MLP removed keeps at least the cosine of an attention removed, but for 0.02',
      atLeast(-0.02, stat.excess(mlp, attention), effect(0.02, 'of the cosine')),
    ],
    'layer-most': [
      'A layer removed keeps no more of the cosine than its MLP or its attention removed',
      atLeast(0, [...stat.excess(mlp, layer), ...stat.excess(attention, layer)], effect(0.01, 'of the cosine')),
    ],
  }),
  headline: ({ mlp, attention }) => [
    'cosine with one MLP removed minus one attention removed, mean over layers, first seed',
    '',
    stat.excess(mlp, attention)[0]!,
  ],
  detail: ({ mlp, attention, layer }) =>
    `MLP ${stat.list(mlp, 3)}, attention ${stat.list(attention, 3)}, layer ${stat.list(layer, 3)}`,
  sentence: ({ ours, untrained }) =>
    `With one MLP removed the cosine is ${stat.list(ours.mlp, 3)} on average, with one attention ${stat.list(ours.attention, 3)}, with one layer ${stat.list(ours.layer, 3)}; untrained ${stat.list(untrained.mlp, 3)}, ${stat.list(untrained.attention, 3)} and ${stat.list(untrained.layer, 3)}.`,
  controls: [untrained.mustNotReproduce('states that stay nearly where they are'), cosineEnds],
});
