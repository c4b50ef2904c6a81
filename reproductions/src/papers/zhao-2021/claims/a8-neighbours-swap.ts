import { swaps } from '@interlayer/layer-permute';
import { mean } from '@interlayer/stats';
import { above, atMost, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { REORDERING_HARMS } from '../contrary';
import { swapped } from '../materials/orders';
import { belowUnigram, distantSwap, drops, overAll, ownAccuracy, swapTable } from '../swaps';

const least = (values: number[]) => Math.min(...values);

export default claim('zhao-2021/a8-neighbours-swap', {
  title: 'Two neighbouring layers can change places at little cost',
  locator: 'arXiv 2101.04547 v4; "2 to 3 points" for neighbours as recalled by P. Hase (AXRP podcast)',
  says: 'BERT is robust to swapping two layers: neighbours cost about 2 or 3 points. (That three more epochs recover most of it is a claim of its own.)',
  estimand:
    'Accuracy at masked tokens (next tokens, of a causal model) lost right after two neighbouring layers are swapped, points',
  material: swapped,
  needs: ['depth'],
  restsOn: ['CO1', 'CO2', 'IN1', 'IN2'],
  contrary: [
    REORDERING_HARMS,
    'Three points are not small; "robust" is a matter of reading (P. Hase).',
    'In Llama2-7B neighbours can be switched mildly except among the first and last few layers (Sun et al., Transformer Layers as Painters).',
  ],
  measure(material) {
    const neighbours = swaps(material.layers).filter(({ distance }) => distance === 1);
    const upper = neighbours.filter(({ i }) => i >= material.layers / 2);
    return {
      material,
      below: belowUnigram(material),
      own: ownAccuracy(material),
      all: drops(material, neighbours),
      upper: drops(material, upper).flat(),
      best: overAll(material, least, drops(material, neighbours)),
      mean: overAll(material, mean, drops(material, neighbours)),
    };
  },
  criteria: ({ below, mean, upper, best }) => ({
    predicts: [
      'The model has something to lose: its loss is at least half a nat below that of a unigram model',
      above(0, below, effect(0.5, 'nats', 'a model that predicts from nothing loses nothing')),
    ],
    'upper-half': [
      'Each pair of neighbours in the upper half costs at most 6 points',
      atMost(6, upper, effect(2, 'points')),
    ],
    'best-pair': ['The best pair of neighbours costs at most 3 points', atMost(3, best, effect(1, 'points'))],
    'all-pairs': [
      'All pairs of neighbours cost at most 6 points on average',
      atMost(6, mean, effect(2, 'points'), {
        notAssertedAtMini:
          'the first layers of a small model are not alike: in calibration their swaps cost 19 to 21 points',
      }),
    ],
  }),
  headline: ({ mean }) => ['lost by a swap of neighbours, mean, first seed', 'points', mean[0]!],
  detail: ({ own, all }) => `accuracy ${stat.list(own, 1)} %, lost ${stat.rangeOf(all.flat(), 1)} points`,
  sentence: ({ ours, untrained }) =>
    `From ${stat.list(ours.own, 1)} %, swaps of neighbours cost ${ours.all.map((seed) => stat.list(seed, 1)).join(' and ')} points, from the first pair to the last; untrained ${stat.rangeOf(untrained.all.flat(), 1)} of ${stat.list(untrained.own, 1)} %.`,
  controls: [untrained.mustNotReproduce('nothing to lose: the loss is not below that of a unigram model'), distantSwap],
  table: ({ ours: { material } }) => swapTable(material),
});
