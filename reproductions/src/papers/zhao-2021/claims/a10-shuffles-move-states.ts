import { above, atLeast, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { cosineEnds, movedByShuffles, SHUFFLES } from '../materials/moved-states';
import { staying } from '../materials/orders';
import { byStaying, listByModel, orderBars } from '../swaps';

export default claim('zhao-2021/a10-shuffles-move-states', {
  title: 'The fewer layers stay in place, the farther a shuffle moves the final states (proxy)',
  locator: 'arXiv 2101.04547 v4, where it is said of accuracy on MNLI',
  says: 'With k layers in place and the others in random order, accuracy falls monotonically as k falls. (Of accuracy; here of final hidden states, for which a model needs no head.)',
  kind: 'proxy',
  estimand:
    'Centred cosine between final hidden states after a shuffle that leaves exactly k layers in place and with the layers in their own order, mean over tokens and orders',
  material: movedByShuffles,
  restsOn: ['CO1', 'CO5', 'IN1', 'IN2'],
  contrary: [
    'Random orders of the middle layers of BERT-Large degrade gracefully after fine-tuning (Sun et al., Transformer Layers as Painters).',
  ],
  measure(material) {
    const means = byStaying(material, 'cosine');
    return { material, stay: staying(material.layers), means, fall: stat.excess(means[0]!, means.at(-1)!) };
  },
  criteria: ({ means, fall }, { untrained }) => ({
    falls: [
      'With each layer less in place the cosine does not rise by more than 0.02 (cosine lost)',
      atLeast(
        -0.02,
        means.slice(1).flatMap((fewer, i) => stat.excess(means[i]!, fewer)),
        effect(0.01, 'of the cosine'),
      ),
    ],
    'all-moved': [
      'With no layer in place it is smaller than with all but two',
      above(0, fall, effect(0.1, 'of the cosine', 'an untrained stack falls by a hundredth or two')),
    ],
    'more-than-untrained': [
      'That fall is larger than in the untrained model, on the same text',
      above(0, stat.excess(fall, untrained.fall), effect(0.1, 'of the cosine'), { notAskedOf: ['untrained'] }),
    ],
  }),
  headline: ({ means }) => ['cosine with no layer in place, first seed', '', means.at(-1)![0]!],
  detail: ({ means }) => `shuffled ${listByModel(means, 3)}`,
  sentence: ({ ours, untrained }) =>
    `With ${ours.stay.join(', ')} layers in place the cosine is ${listByModel(ours.means, 3)}; untrained ${listByModel(untrained.means, 3)}.`,
  controls: [untrained.mustNotReproduce('a cosine that hardly falls, whatever moves'), cosineEnds],
  deviations: () => [
    `Exactly k layers stay, and at most ${SHUFFLES} orders are drawn for each k; the paper holds k and permutes the others freely, 100 times. The intervals are over text and take the orders as they are.`,
  ],
  figure: ({ ours: { material, means, stay } }) =>
    orderBars(
      'Centred cosine of final states by layers in place',
      ['cosine', 'centred cosine'],
      material,
      Object.fromEntries(means.map((orders, i) => [`${stay[i]} in place`, orders])),
    ),
});
