import { above, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { FIT_IS_NO_PROMISE } from '../contrary';
import { cosineEnds, movedByChanges } from '../materials/moved-states';
import { afterChange } from '../swaps';

export default claim('zhao-2021/a4-maps-move-states-less', {
  title: 'An affine map in the place of an MLP moves the final states less than nothing there does (proxy)',
  locator: 'arXiv 2101.04547 v4, where both are said to be about alike after fine-tuning, by accuracy on MNLI',
  says: 'Models whose MLPs are replaced by linear approximators perform about like those without these MLPs, after three epochs of fine-tuning. (Here right after, when a map still stands for what is linear; by final hidden states, for which a model needs no head.)',
  kind: 'proxy',
  estimand:
    'Centred cosine between final hidden states with one MLP replaced by its affine map, or removed, and with all as it is, mean over tokens and layers',
  material: movedByChanges,
  restsOn: ['IN3', 'IN4', 'NL1'],
  contrary: [FIT_IS_NO_PROMISE],
  measure(material) {
    const [replaced, removed] = [afterChange(material, 'MLP replaced'), afterChange(material, 'MLP removed')];
    const spared = removed.map(({ units, label, of }, model) =>
      stat.statistic(units, label, (weights) => (1 - of(weights)) / 2 - (1 - replaced[model]!.of(weights))),
    );
    return { replaced, removed, spared };
  },
  criteria: ({ replaced, removed, spared }) => ({
    closer: [
      'The cosine is higher with the map than with nothing',
      above(
        0,
        stat.excess(replaced, removed),
        effect(0.02, 'of the cosine', 'an untrained stack moves by a hundredth or two'),
      ),
    ],
    half: [
      'With the map the states move less than half as far (half of what removal takes from the cosine, minus what the map takes)',
      above(0, spared, effect(0.005, 'of the cosine')),
    ],
  }),
  headline: ({ replaced }) => [
    'cosine with one MLP replaced by its map, mean over layers, first seed',
    '',
    replaced[0]!,
  ],
  detail: ({ replaced, removed }) => `replaced ${stat.list(replaced, 3)}, removed ${stat.list(removed, 3)}`,
  sentence: ({ ours, untrained }) =>
    `With one MLP replaced by its map the cosine is ${stat.list(ours.replaced, 3)} on average, with one removed ${stat.list(ours.removed, 3)}; untrained ${stat.list(untrained.replaced, 3)} and ${stat.list(untrained.removed, 3)}.`,
  controls: [untrained.mustNotReproduce('states that stay where they are, whatever one MLP does'), cosineEnds],
});
