import { swaps } from '@interlayer/layer-permute';
import { above, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { reordered } from '../materials/orders';
import { belowUnigram, distantSwap, equalAccuracy, meansAt, orderBars, ownAccuracy } from '../swaps';

type Lost = ReturnType<typeof ownAccuracy>;

/** By how much less a model loses than `base`, or than a share of that, and another than `seed-2`. */
const less = ([base, seed2]: Lost, [first, second]: Lost, share = 1): Lost =>
  [
    [base!, first!],
    [seed2!, second!],
  ].map(([full, fewer]) =>
    stat.statistic(full!.units, full!.label, (weights) => share * full!.of(weights) - fewer!.of(weights)),
  );

export default claim('zhao-2021/a15-order-in-ffns', {
  title: 'The order of the layers matters mostly for the feed-forward blocks',
  locator:
    'not in the paper: a calibration run found it, where a shuffle left 39 % of 52 % without them and 18 % with them',
  says: '(Ours.) In a small BERT most of what a change of order costs is due to the feed-forward blocks: a model of attention blocks alone, as accurate, bears it much better.',
  estimand:
    'Accuracy at masked tokens lost right after layers change places, points, in models with all, half, a third and none of the feed-forward blocks',
  material: reordered,
  needs: ['depth'],
  restsOn: ['CO1', 'CO5', 'IN1'],
  contrary: [
    'A layer without feed-forward block changes the stream by less, and small residual steps commute whatever they compute (CO1): the models are alike in accuracy, not in the size of their steps.',
  ],
  measure(material) {
    const [own, first] = [ownAccuracy(material), 1 + swaps(material.layers).length];
    const lost = (label: string, indices: readonly number[]) =>
      stat.excess(own, meansAt(material, label, indices, 'accuracy'));
    const indices = material.orders.map((_, i) => i);
    const [swap, shuffle] = [lost('swaps', indices.slice(1, first)), lost('shuffles', indices.slice(first))];
    return { material, own, below: belowUnigram(material), swap, shuffle };
  },
  criteria({ below, swap, shuffle }) {
    // Two seeds of the full model and of half of the blocks, one of the others.
    const [halves, none] = [(lost: Lost) => lost.slice(2, 4), (lost: Lost) => [lost.at(-1)!, lost.at(-1)!]];
    return {
      predicts: [
        'Every model has something to lose: its loss is at least half a nat below that of a unigram model',
        above(0, below, effect(0.5, 'nats', 'a model that predicts from nothing loses nothing')),
      ],
      shuffle: [
        'Without feed-forward blocks a shuffle of all layers costs less than with all of them, in both seeds',
        above(0, less(shuffle, none(shuffle)), effect(5, 'points')),
      ],
      mostly: ['It costs less than half as much', above(0, less(shuffle, none(shuffle), 0.5), effect(1, 'points'))],
      swap: ['The mean swap costs less, too', above(0, less(swap, none(swap)), effect(2, 'points'))],
      half: [
        'With half of the blocks the mean swap costs less than with all of them',
        above(0, less(swap, halves(swap)), effect(2, 'points')),
      ],
    };
  },
  headline: ({ shuffle }) => ['lost by a shuffle without feed-forward blocks', 'points', shuffle.at(-1)!],
  detail: ({ own, shuffle }) =>
    `accuracy ${stat.rangeOf(own, 1)} %, lost by a shuffle ${stat.rangeOf(shuffle, 1)} points`,
  sentence: ({ ours: { material, own, swap, shuffle } }) =>
    `Of ${material.names.join(', ')} with accuracy ${stat.list(own, 1)} %, a swap costs ${stat.list(swap, 1)} points and a shuffle of all layers ${stat.list(shuffle, 1)}.`,
  controls: [
    untrained.mustNotReproduce('nothing to lose: no loss is below that of a unigram model'),
    distantSwap,
    equalAccuracy,
  ],
  figure({ ours: { material, own, swap, shuffle } }) {
    const groups = { 'own order': own, swapped: stat.excess(own, swap), shuffled: stat.excess(own, shuffle) };
    return orderBars('Accuracy at masked tokens', ['accuracy', '%'], material, groups);
  },
});
