import { between, claim, draw, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { flat, linesOf, listOf, profile, snapshotLines } from '../changes';
import { PAPER } from '../kobayashi';
import { type Maps, maps } from '../materials/maps';

/** Mean over the sequences that have a correlation. */
const correlations = (material: Maps, of: 'pmi' | 'plantedPmi') =>
  profile(material, ({ layers }) =>
    layers.map((sequences) => {
      const known = [...sequences.keys()].filter((i) => !Number.isNaN(sequences[i]![of]));
      return stat.meanAmong(
        known,
        known.map((i) => sequences[i]![of]),
      );
    }),
  );

export default claim('kobayashi-2024/d2-not-co-occurrence', {
  title: 'Co-occurrence does not explain what feed-forward blocks amplify',
  locator: `${PAPER}, as recalled; the number could not be read`,
  says: 'How much a feed-forward block amplifies a pair of tokens hardly goes with how often the two occur together.',
  estimand:
    'Spearman’s ρ between a pair’s amplification and its PMI (within ten tokens, in other text of the kind), over the pairs of a sequence that occur together there, mean over sequences',
  material: maps,
  restsOn: ['Q1', 'Q14'],
  contrary: ['Pairs that never occur together in the reference text have no PMI, and are left out.'],
  measure: (material) => ({ material, correlation: correlations(material, 'pmi') }),
  criteria: ({ correlation }) => ({
    weak: ['In every layer |ρ| is below 0.2', between([-0.2, 0.2], flat(correlation), effect(0.05, 'of ρ'))],
  }),
  headline: ({ correlation }) => ['ρ of amplification and PMI in layer 1', '', correlation[0]!.layers[0]!],
  detail: ({ correlation }) => `ρ ${listOf(correlation, 2)}`,
  sentence: ({ ours, untrained }) =>
    `By layer ρ is ${listOf(ours.correlation, 2)}; untrained ${listOf(untrained.correlation, 2)}.`,
  controls: [
    untrained.shownOnly('an untrained block knows nothing of co-occurrence either', 'about 0'),
    {
      record: {
        name: 'PMI itself',
        kind: 'positive',
        description:
          'The same correlation with the PMI of the pair added to its amplification, both as ranks, in layer 1',
        expected: 'above 0.5: a link would be seen',
      },
      check([material]) {
        const rho = stat.plainly(correlations(material!, 'plantedPmi')[0]!.layers[0]!);
        return { passed: rho > 0.5, detail: `ρ ${stat.fixed(rho, 2)}` };
      },
    },
  ],
  figure: ({ ours, untrained, names, estimate }) =>
    draw.depth('Amplification and PMI', 'Spearman’s ρ', { note: 'Whiskers: 95 % intervals.' }, [
      ...linesOf(ours.correlation, names.ours, estimate),
      ...snapshotLines(ours.material, (each) => correlations(each, 'pmi')),
      draw.line(names.untrained, 'untrained', untrained.correlation[0]!.layers.map(stat.plainly)),
    ]),
});
