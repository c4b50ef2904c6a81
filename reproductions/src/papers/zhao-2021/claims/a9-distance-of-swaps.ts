import { above, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { swapped } from '../materials/orders';
import { byDistance, distantSwap, listByModel, orderBars, ownAccuracy, swapMatrices, swapTable } from '../swaps';

export default claim('zhao-2021/a9-distance-of-swaps', {
  title: 'The farther apart two layers are, the more their swap costs',
  locator: 'arXiv 2101.04547 v4; "about 30 points" for the first and the last as recalled by P. Hase (AXRP podcast)',
  says: 'Swapping layers costs the more the farther apart they are, so that neighbours are more alike than distant layers.',
  estimand:
    'Accuracy at masked tokens (next tokens, of a causal model) right after two layers are swapped, mean over the pairs at one distance, percent',
  material: swapped,
  needs: ['depth'],
  restsOn: ['CO1', 'CO2', 'IN1', 'IN2'],
  contrary: [
    'An untrained stack also moves more with the distance of a swap, so sizes have to be compared and not ranks alone.',
    'A student’s notes on the paper make the first and the last layer an exception, remarkably alike, which does not fit the 30 points.',
  ],
  measure: (material) => ({
    material,
    loss: byDistance(material, 'loss'),
    own: ownAccuracy(material),
    // [distance][seed]
    byDistance: byDistance(material, 'accuracy'),
  }),
  criteria: ({ byDistance, loss }) => ({
    'neighbours-first': [
      'Distance 1 leaves more accuracy than distance 2 (points)',
      above(0, stat.excess(byDistance[0]!, byDistance[1]!), effect(1, 'points')),
    ],
    'ends-last': [
      'Distance 2 leaves more than the swap of the first layer and the last (points)',
      above(0, stat.excess(byDistance[1]!, byDistance.at(-1)!), effect(1, 'points')),
    ],
    'ends-lose': [
      'The swap of the first layer and the last leaves a higher loss than those of neighbours (nats)',
      above(0, stat.excess(loss.at(-1)!, loss[0]!), effect(0.2, 'nats')),
    ],
    'every-step': [
      'Each further step of distance leaves less (points)',
      above(
        0,
        byDistance.slice(1).flatMap((far, i) => stat.excess(byDistance[i]!, far)),
        effect(0.5, 'points'),
        { notAssertedAtMini: 'there are five distances, and the farthest is a single pair' },
      ),
    ],
  }),
  headline: ({ byDistance }) => ['accuracy after a swap of neighbours, first seed', '%', byDistance[0]![0]!],
  detail: ({ own, byDistance }) => `${stat.list(own, 1)} %; by distance ${listByModel(byDistance)} %`,
  sentence: ({ ours, untrained }) =>
    `By distance 1 to ${ours.byDistance.length} accuracy is ${listByModel(ours.byDistance)} %, from ${stat.list(ours.own, 1)} %; untrained ${stat.rangeOf(untrained.byDistance.flat(), 1)} %.`,
  controls: [untrained.mustNotReproduce('accuracy near 0 at every distance: no step down'), distantSwap],
  figure: ({ ours: { material, own, byDistance } }) => [
    orderBars('Accuracy by distance of the swap', ['accuracy', '%'], material, {
      'own order': own,
      ...Object.fromEntries(byDistance.map((swaps, i) => [`distance ${i + 1}`, swaps])),
    }),
    ...swapMatrices('Accuracy after each swap', '%', material, 'accuracy'),
  ],
  table: ({ ours: { material } }) => swapTable(material),
});
