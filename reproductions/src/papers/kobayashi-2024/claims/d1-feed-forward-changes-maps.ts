import { above, claim, draw, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import * as of from '../changes';
import { changes, flat, half, linesOf, listOf, reachedBy, scaledBlocks } from '../changes';
import { PAPER } from '../kobayashi';
import { maps } from '../materials/maps';

export default claim('kobayashi-2024/d1-feed-forward-changes-maps', {
  title: 'Feed-forward blocks change which tokens contribute to which',
  locator: `${PAPER}, abstract; figure 3, whose bars could not be read`,
  says: 'Feed-forward blocks change the contextualisation of masked and causal language models, in particular layers most.',
  estimand:
    '1 − Spearman’s ρ between the maps before and after the feed-forward block alone, all counted cells flattened, diagonal in, mean over sequences',
  material: maps,
  restsOn: ['Q1', 'Q3', 'Q14', 'Q15'],
  contrary: [
    'Training does not make the change larger: an untrained masked model of 4 layers changed .18 to .21, trained .02 to .06 (the specification’s calibration), so the size is no sign of something learned.',
    'The profile over layers differs between BERT and GPT-2 and is not stable over sizes and seeds (a review of the paper): shown without a criterion.',
  ],
  measure: (material) => ({ material, change: changes(material, 'feedForward') }),
  criteria: ({ change }) => ({
    'every-layer': [
      'In every layer of every model the block changes the map (1 − ρ above 0)',
      above(0, flat(change), effect(0.001, 'of 1 − ρ', 'half of the smallest change that was seen in calibration')),
    ],
    'half-of-layers': [
      'In at least half of the layers it changes the map by more than 0.01',
      above(0.01, reachedBy(change, half), effect(0.002, 'of 1 − ρ')),
    ],
  }),
  headline: ({ change }) => ['median layer’s change by the feed-forward block', '1 − ρ', reachedBy(change, half)[0]!],
  detail: ({ change }) => `1 − ρ ${listOf(change)}`,
  sentence: ({ ours, untrained }) => {
    const [most, middle] = [(): number => 1, half].map((of) => stat.plainly(reachedBy(ours.change, of)[0]!));
    return `By layer the block changes the map by ${listOf(ours.change)}, the layer where it changes most ${stat.fixed(most! / middle!, 1)} times as much as the middle one; untrained ${listOf(untrained.change)}.`;
  },
  controls: [
    untrained.shownOnly(
      'the claim is about what a feed-forward block does to a map, not about what training makes of it',
      'the untrained model changes its maps more',
    ),
    scaledBlocks,
  ],
  figure: ({ ours, untrained, names, estimate }) =>
    draw.depth('Change of the map by the feed-forward block', '1 − ρ', { note: 'Whiskers: 95 % intervals.' }, [
      ...linesOf(ours.change, names.ours, estimate),
      ...of.snapshotLines(ours.material, (each) => changes(each, 'feedForward')),
      draw.line(names.untrained, 'untrained', draw.whiskers(estimate(untrained.change[0]!.layers))),
    ]),
  table({ ours: { material } }) {
    const all = of.withSnapshots(material);
    return of.tableOf('Change of the map, 1 − ρ, and the share of the biases in it', {
      'feed-forward': changes(all, 'feedForward'),
      'without the diagonal': changes(all, 'feedForwardOffDiagonal'),
      'mean over targets': changes(all, 'feedForwardByTarget'),
      LayerNorm: changes(all, 'norm'),
      'bias share': of.profile(all, (model) => of.meanOf(model, ({ biasShare }) => biasShare)),
    });
  },
});
