import { mean, weightedMean } from '@interlayer/stats';
import { atLeast, atMost, type CheckControl, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { netSwaps, type OrderedNet, type OrderedNets, orderedNets } from '../materials/toy-nets';

const nameOf = ({ shape: { layers, norm, skip } }: OrderedNet): string =>
  `${layers} layers${norm ? ', LayerNorm' : ''}${skip ? ', skips' : ''}`;

/** Accuracy of each net, mean over some of its orders, percent. */
const accuracies = ({ nets, units }: OrderedNets, of: (net: OrderedNet) => readonly (readonly boolean[])[]) =>
  nets.map((net) => {
    const orders = of(net);
    const means = Array.from(net.own, (_, point) => mean(orders.map((right) => (right[point] ? 100 : 0))));
    return stat.statistic(units, `${nameOf(net)}, net ${net.seed}`, weightedMean(means));
  });

const learned: CheckControl<OrderedNets, { own: ReturnType<typeof accuracies> }> = {
  record: {
    name: 'nets that have learned',
    kind: 'positive',
    description: 'Accuracy of every net with its layers in their own order, chance being 10 %',
    expected: 'at least 80 %: a net that cannot classify may look as if order mattered, or as if it did not',
  },
  check(_, [ours]) {
    const least = Math.min(...ours!.own.map(stat.plainly));
    return { passed: least >= 80, detail: `at least ${least.toFixed(1)} %` };
  },
};

export default claim('zhao-2021/a12-skips-in-plain-nets', {
  title: 'In plain nets, layers can change places only where there are skips',
  locator: 'arXiv 2101.04547 v4, comparison with MLPs and CNNs; values could not be read',
  says: 'That layers commute is mainly due to skip connections: in a plain net without them a swap destroys the prediction, LayerNorm or not, and with them it costs little.',
  kind: 'toy-nets',
  estimand: 'Accuracy on test points right after layers change places, percent, by net',
  material: orderedNets,
  restsOn: ['CO1', 'CO3'],
  measure(material) {
    const neighbours = (net: OrderedNet) =>
      netSwaps(net.shape).flatMap(({ distance }, i) => (distance === 1 ? [net.swapped[i]!] : []));
    const withSkips = (statistics: ReturnType<typeof accuracies>, skip = true) =>
      statistics.filter((_, i) => material.nets[i]!.shape.skip === skip);
    const own = accuracies(material, (net) => [net.own]);
    const near = accuracies(material, neighbours);
    const shuffled = accuracies(material, (net) => net.shuffled);
    return { material, own, near, shuffled, any: accuracies(material, (net) => net.swapped), withSkips };
  },
  criteria: ({ own, near, shuffled, withSkips }) => ({
    'skips-swap': [
      'With skips a swap of neighbours costs at most 5 points on average',
      atMost(5, withSkips(stat.excess(own, near)), effect(1, 'points')),
    ],
    'skips-shuffle': [
      'With skips a shuffle of all layers leaves at least 60 %',
      atLeast(60, withSkips(shuffled), effect(2, 'points')),
    ],
    'no-skips': [
      'Without skips, LayerNorm or not, a swap of neighbours leaves at most 20 %, chance being 10 %',
      atMost(20, withSkips(near, false), effect(2, 'points')),
    ],
  }),
  headline: ({ near, withSkips }) => [
    'accuracy after a swap of neighbours with skips, first net',
    '%',
    withSkips(near)[0]!,
  ],
  detail: ({ own, near, shuffled }) =>
    `accuracy ${stat.rangeOf(own, 1)} %, after a swap of neighbours ${stat.rangeOf(near, 1)} %, after a shuffle ${stat.rangeOf(shuffled, 1)} %`,
  sentence: ({ ours: { own, near, shuffled, withSkips } }) =>
    `From ${stat.rangeOf(own, 1)} %, a swap of neighbours leaves ${stat.rangeOf(withSkips(near), 1)} % with skips and ${stat.rangeOf(withSkips(near, false), 1)} % without, and a shuffle ${stat.rangeOf(withSkips(shuffled), 1)} % and ${stat.rangeOf(withSkips(shuffled, false), 1)} %.`,
  controls: [untrained.mustNotReproduce('chance in any order: nothing is left after a shuffle'), learned],
  table: ({ ours: { own, near, any, shuffled } }) => ({
    title: 'Accuracy on test points (%)',
    columns: ['net', 'own order', 'neighbours swapped', 'any two swapped', 'shuffled'],
    rows: own.map((each, i) => [each.label, ...[each, near[i]!, any[i]!, shuffled[i]!].map(stat.plainly)]),
  }),
});
