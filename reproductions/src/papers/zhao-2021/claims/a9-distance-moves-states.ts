import { above, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { cosineEnds, movedBySwaps } from '../materials/moved-states';
import { byDistance, listByModel, orderBars, swapMatrices } from '../swaps';

export default claim('zhao-2021/a9-distance-moves-states', {
  title: 'The farther apart two layers are, the farther their swap moves the final states (proxy)',
  locator: 'arXiv 2101.04547 v4, where it is said of accuracy on MNLI',
  says: 'Swapping layers costs the more the farther apart they are. (Of accuracy; here of final hidden states, for which a model needs no head.)',
  kind: 'proxy',
  estimand:
    'Centred cosine between final hidden states with two layers swapped and with the layers in their own order, mean over tokens and over the pairs at one distance',
  material: movedBySwaps,
  restsOn: ['CO1', 'CO2', 'IN1', 'IN2'],
  contrary: [
    'An untrained stack also moves more with the distance of a swap, so sizes decide and not ranks.',
    'A student’s notes on the paper make the first and the last layer an exception, remarkably alike.',
  ],
  measure(material) {
    const distances = byDistance(material, 'cosine');
    // By how much the cosine falls from neighbours to the first layer and the last.
    return { material, distances, fall: stat.excess(distances[0]!, distances.at(-1)!) };
  },
  criteria: ({ distances, fall }, { untrained }) => ({
    'neighbours-first': [
      'Distance 1 leaves a larger cosine than distance 2',
      above(0, stat.excess(distances[0]!, distances[1]!), effect(0.02, 'of the cosine')),
    ],
    'ends-last': [
      'Distance 2 leaves a larger one than the swap of the first layer and the last',
      above(0, stat.excess(distances[1]!, distances.at(-1)!), effect(0.02, 'of the cosine')),
    ],
    size: [
      'From neighbours to the first layer and the last the cosine falls by more than a tenth',
      above(0, fall, effect(0.1, 'of the cosine', 'an untrained stack falls by a hundredth or two')),
    ],
    'more-than-untrained': [
      'That is more than it falls in the untrained model, on the same text',
      above(0, stat.excess(fall, untrained.fall), effect(0.1, 'of the cosine'), { notAskedOf: ['untrained'] }),
    ],
  }),
  headline: ({ fall }) => ['fall of the cosine from distance 1 to the largest, first seed', '', fall[0]!],
  detail: ({ distances }) => `by distance ${listByModel(distances, 3)}`,
  sentence: ({ ours, untrained }) =>
    `By distance 1 to ${ours.distances.length} the cosine is ${listByModel(ours.distances, 3)}; untrained ${listByModel(untrained.distances, 3)}.`,
  controls: [untrained.mustNotReproduce('a fall of a hundredth or two of the cosine'), cosineEnds],
  figure: ({ ours: { material, distances } }) => [
    orderBars(
      'Centred cosine of final states by distance of the swap',
      ['cosine', 'centred cosine'],
      material,
      Object.fromEntries(distances.map((swaps, i) => [`distance ${i + 1}`, swaps])),
    ),
    ...swapMatrices('Centred cosine of final states after each swap', 'centred cosine', material, 'cosine'),
  ],
});
