import { above, atLeast, claim, draw, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { type Encoder, encoderStates } from '../materials/encoders';
import { type Probes, shuffledRowLabels, tokenBeforeProbes } from '../probes';

const FULL = ['base', 'seed-2'] as const;
const HALF = ['half-ffn', 'half-ffn-seed-2'] as const;
const best = ({ probes }: Probes, encoder: Encoder) => probes[encoder].accuracy[probes[encoder].best]!;
const selectivity = ({ probes }: Probes, encoder: Encoder) => probes[encoder].selectivity[probes[encoder].best]!;
const bests = (probes: Probes) =>
  (['base', 'half-ffn', 'third-ffn', 'no-ffn'] as const).map((each) => best(probes, each));

export default claim('sridhar-2020/b5-probes', {
  title: 'With half of the feed-forward blocks, linear probes find as much',
  locator: 'arXiv 2012.11881 v1, abstract',
  says: 'Probing with linear classifiers supports that removing feed-forward blocks has little effect on the representations (first version); that it has little effect on fine-tuned accuracy (second version; that is B1).',
  estimand:
    'Test accuracy, percent, of a linear probe (least squares on classes) for the token before (the 10 most frequent ones, or another) on block outputs, at the layer that is best on dev tokens; two seeds each with half of the blocks and with all',
  material: encoderStates('block outputs', ['output'], 128, 60),
  restsOn: ['PR1', 'PR2', 'PR3'],
  budget: { seconds: 200, megabytes: 1500 },
  measure: tokenBeforeProbes,
  criteria: (probes) => {
    const [all, half] = [FULL, HALF].map((group) => stat.averageOf(group.map((each) => best(probes, each).of)));
    const { units } = best(probes, 'base');
    return {
      'half-as-well': [
        'Half of the blocks costs at most 3 points (half minus all, mean of two seeds)',
        atLeast(
          -3,
          [stat.statistic(units, 'half minus all', (weights) => half!(weights) - all!(weights))],
          effect(3, 'points'),
        ),
      ],
      selective: [
        'Each probe does better than on its control task, labels that go with the token itself (points)',
        above(
          0,
          [...FULL, ...HALF].map((each) => ({ ...selectivity(probes, each), label: each })),
          effect(5, 'points'),
        ),
      ],
    };
  },
  headline: (probes) => ['accuracy with half of the blocks, best layer', '%', best(probes, 'half-ffn')],
  detail: (probes) =>
    `full, half, third, none: ${stat.list(bests(probes), 1)} %; majority ${probes.majority.toFixed(1)} %`,
  sentence: ({ ours }) =>
    `At its best layer a probe for the token before is right in ${stat.list(bests(ours), 1)} % with all, half, a third and none of the feed-forward blocks (always the most frequent class: ${ours.majority.toFixed(1)} %, shuffled labels: ${ours.shuffled.toFixed(1)} %).`,
  controls: [
    untrained.mustNotReproduce('half is as good as all there too, but no probe does better than on its control task'),
    shuffledRowLabels,
  ],
  figure: ({ ours, untrained, estimate, names }) =>
    draw.depth('A linear probe for the token before', '% right', { note: 'Whiskers: 95 % intervals.' }, [
      ...(['base', 'half-ffn', 'no-ffn'] as const).map((each, variant) =>
        draw.line(each, 'ours', draw.whiskers(estimate(ours.probes[each].accuracy)), variant),
      ),
      draw.line('base, other seed (ceiling)', 'ceiling', draw.whiskers(estimate(ours.probes['seed-2'].accuracy))),
      draw.line(names.untrained, 'untrained', untrained.probes.base.accuracy.map(stat.plainly)),
      draw.line(
        'always the most frequent class',
        'shuffled',
        ours.probes.base.accuracy.map(() => ours.majority),
      ),
    ]),
});
