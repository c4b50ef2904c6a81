import { above, atMost, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { SKIPS, swappedSkips } from '../materials/orders';
import { belowUnigram, distantSwap, equalAccuracy, overSwaps, ownAccuracy } from '../swaps';

export default claim('zhao-2021/a12-skips-in-bert', {
  title: 'Without its skips, a layer of BERT can no longer change places',
  locator: 'arXiv 2101.04547 v4, BERTs pre-trained without the skips of some layers; values could not be read',
  says: 'That layers commute is mainly due to skip connections: a layer that was trained without both of its skips does not bear a swap that the same layer with skips bears.',
  estimand:
    'Accuracy at masked tokens lost right after two layers are swapped, points, mean over the swaps with and without the layer that lacks its skips',
  material: swappedSkips,
  needs: ['depth'],
  restsOn: ['CO1', 'CO4', 'IN1'],
  contrary: [
    'The first effect of a missing skip is on training: in the calibration run a model without those of three layers stayed context-free, and one without those of one layer lost accuracy.',
  ],
  measure(material) {
    const own = ownAccuracy(material);
    const lost = (label: string, some: (i: number, j: number) => boolean) =>
      stat.excess(
        own,
        overSwaps(material, label, 'accuracy', ({ i, j }) => some(i, j)),
      );
    const { without } = SKIPS;
    return {
      own,
      below: belowUnigram(material),
      involved: lost('swaps of the layer', (i, j) => i === without || j === without),
      others: lost('other swaps', (i, j) => i !== without && j !== without),
    };
  },
  criteria: ({ below, involved: [withSkips, without], others: [othersWith, othersWithout] }) => ({
    predicts: [
      'Both models have something to lose: their loss is at least half a nat below that of a unigram model',
      above(0, below, effect(0.5, 'nats', 'a model that predicts from nothing loses nothing')),
    ],
    involved: [
      'Swaps of the layer without skips cost more than the same swaps where it has them (points)',
      above(0, stat.excess([without!], [withSkips!]), effect(3, 'points', 'a third of what the calibration run found')),
    ],
    others: [
      'Swaps of other layers do not cost more (points)',
      atMost(2, stat.excess([othersWithout!], [othersWith!]), effect(1, 'points')),
    ],
  }),
  headline: ({ involved }) => ['lost by swaps of the layer without skips', 'points', involved[1]!],
  detail: ({ own, below }) => `accuracy ${stat.list(own, 1)} %, ${stat.list(below, 2)} nats below a unigram model`,
  sentence: ({ ours: { own, involved, others } }) =>
    `With and without the skips of a layer accuracy is ${stat.list(own, 1)} %; swaps of that layer cost ${stat.list(involved, 1)} points, other swaps ${stat.list(others, 1)}.`,
  controls: [
    untrained.mustNotReproduce('nothing to lose: the loss is not below that of a unigram model'),
    distantSwap,
    equalAccuracy,
  ],
  deviations: () => [
    'Trained from the start without the skips of layer 3, or of layers 1, 3 and 5, a model here stays at the loss of a unigram model. So those of layer 3 fade out over the first 3,000 of 10,000 steps; the model with skips has nothing that could fade and is trained alike otherwise.',
  ],
});
