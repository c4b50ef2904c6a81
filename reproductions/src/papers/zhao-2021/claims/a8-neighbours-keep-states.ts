import { mean } from '@interlayer/stats';
import { above, atLeast, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { cosineEnds, movedBySwaps } from '../materials/moved-states';
import { byDistance, overSwaps } from '../swaps';

export default claim('zhao-2021/a8-neighbours-keep-states', {
  title: 'A swap of two neighbouring layers hardly moves the final states (proxy)',
  locator: 'arXiv 2101.04547 v4, where it is said of accuracy on MNLI',
  says: 'BERT is robust to swapping two neighbouring layers. (Of accuracy; here of final hidden states, for which a model needs no head.)',
  kind: 'proxy',
  estimand:
    'Centred cosine between final hidden states with two layers swapped and with the layers in their own order, mean over tokens',
  material: movedBySwaps,
  restsOn: ['CO1', 'CO2', 'IN1', 'IN2'],
  contrary: [
    'A swap hardly moves an untrained stack either, near or far: that neighbours can be swapped says something only where distant layers cannot.',
    'States that move little can still cross the border between two predictions.',
  ],
  measure(material) {
    const neighbours = (label: string, some: (i: number) => boolean) =>
      overSwaps(material, label, 'cosine', ({ distance, i }) => distance === 1 && some(i));
    return {
      all: neighbours('all neighbours', () => true),
      upper: neighbours('neighbours in the upper half', (i) => i >= material.layers / 2),
      ends: byDistance(material, 'cosine').at(-1)!,
    };
  },
  criteria: ({ all, upper, ends }) => ({
    upper: [
      'Swaps of neighbours in the upper half keep a cosine of at least 0.8 on average',
      atLeast(0.8, upper, effect(0.02, 'of the cosine')),
    ],
    all: [
      'So do those of all neighbours',
      atLeast(0.8, all, effect(0.02, 'of the cosine'), {
        notAssertedAtMini: 'the first layers of a small model are not alike',
      }),
    ],
    distant: [
      'The swap of the first layer and the last moves the states more than those of neighbours do',
      above(
        0,
        stat.excess(all, ends),
        effect(0.1, 'of the cosine', 'an untrained stack differs by a hundredth or two'),
      ),
    ],
  }),
  headline: ({ all }) => ['cosine after a swap of neighbours, mean, first seed', '', all[0]!],
  detail: ({ all, ends }) => `neighbours ${stat.rangeOf(all, 3)}, first and last ${stat.rangeOf(ends, 3)}`,
  sentence: ({ ours, untrained }) =>
    `Swaps of neighbours keep a cosine of ${stat.list(ours.all, 3)} (upper half ${stat.list(ours.upper, 3)}), that of the first layer and the last ${stat.list(ours.ends, 3)}; untrained ${mean(untrained.all.map(stat.plainly)).toFixed(3)} and ${mean(untrained.ends.map(stat.plainly)).toFixed(3)}.`,
  controls: [untrained.mustNotReproduce('states that stay where they are, whichever layers are swapped'), cosineEnds],
});
