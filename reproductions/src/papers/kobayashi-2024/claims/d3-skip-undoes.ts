import { above, atLeast, claim, draw, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import * as of from '../changes';
import { PAPER } from '../kobayashi';
import { type Maps, maps } from '../materials/maps';

/** Below this there is little to undo, and κ is a ratio of two small numbers. */
const CHANGED = 0.005;

/** κ of layers that change the map: the first layer of a pre-LN model adds to an almost empty stream, so it is shown alone. */
const expected = (material: Maps, kappa: of.Profile) =>
  of
    .changes(material, 'feedForward')
    .flatMap(({ layers }, model) =>
      layers.map((change, layer) => ({ change, layer, kappa: kappa[model]!.layers[layer]! })),
    )
    .filter(({ change, layer }) => stat.plainly(change) > CHANGED && (material.masked || layer > 0))
    .map(({ kappa }) => kappa);
const lengthRatios = (material: Maps) =>
  of.profile(material, (model) => {
    const [skip, block] = (['skip', 'feedForward'] as const).map((part) =>
      of.meanOf(model, ({ lengths }) => lengths[part]),
    );
    return skip!.map((length, layer) => (weights) => length(weights) / block![layer]!(weights));
  });

export default claim('kobayashi-2024/d3-skip-undoes', {
  title: 'The skip undoes what the feed-forward block changed',
  locator: `${PAPER}, abstract and the section on dynamics, whose numbers could not be read`,
  says: 'The residual connection around the feed-forward block adds a much larger vector, so that the map behind it is again like the map before the block.',
  estimand:
    'κ = 1 − Δ(block and skip) / Δ(block), where Δ is 1 − Spearman’s ρ to the map before the block, mean over sequences; and the mean length of what the skip adds over that of the block’s output',
  material: maps,
  restsOn: ['Q1', 'Q8', 'Q9', 'Q14'],
  contrary: [
    'It holds without training, so it is a fact about sizes: the stream is long and the block’s output short. In a pre-LN model the stream also grows with depth.',
    'In the first layer of a pre-LN model the output is about ten times as long as the stream, and nothing is undone (the specification’s calibration).',
  ],
  measure: (material) => ({ material, kappa: of.cancellation(material, 'skip'), ratio: lengthRatios(material) }),
  criteria: ({ material, kappa, ratio }) => ({
    'less-than-the-block': [
      'In at least four of five layers block and skip change the map less than the block alone (difference of 1 − ρ)',
      above(0, of.reachedBy(of.undone(material, 'skip'), of.fourFifths), effect(0.001, 'of 1 − ρ')),
    ],
    'most-of-it': [
      `Where the block changes the map by more than ${CHANGED}, the skip undoes at least 80 % of it${material.masked ? '' : ', from layer 2 on'}`,
      atLeast(0.8, expected(material, kappa), effect(0.05, 'of κ')),
    ],
    'median-layer': ['The median κ is above 0.5', above(0.5, of.reachedBy(kappa, of.half), effect(0.1, 'of κ'))],
    'longer-vector': [
      'In most layers what the skip adds is longer than the block’s output',
      above(1, of.reachedBy(ratio, of.mostOf), effect(0.1, 'times')),
    ],
  }),
  headline: ({ kappa }) => ['median κ of the skip', '', of.reachedBy(kappa, of.half)[0]!],
  detail: ({ kappa, ratio }) => `κ ${of.listOf(kappa, 2)}; skip over output ${of.listOf(ratio, 1)}`,
  sentence: ({ ours, untrained }) =>
    `By layer the skip undoes a share of ${of.listOf(ours.kappa, 2)} and adds ${of.listOf(ours.ratio, 1)} times the length of the block’s output; untrained ${of.listOf(untrained.kappa, 2)}.`,
  controls: [
    untrained.shownOnly('the claim is about relative sizes, which are there without training', 'it holds untrained'),
    of.scaledBlocks,
  ],
  figure: ({ ours, untrained, names, estimate }) =>
    draw.depth('Share of the block’s change that the skip undoes', 'κ', { note: 'Whiskers: 95 % intervals.' }, [
      ...of.linesOf(ours.kappa, names.ours, estimate),
      ...of.snapshotLines(ours.material, (each) => of.cancellation(each, 'skip')),
      draw.line(names.untrained, 'untrained', draw.whiskers(estimate(untrained.kappa[0]!.layers))),
    ]),
  table({ ours: { material } }) {
    const all = of.withSnapshots(material);
    return of.tableOf('What the skip undoes', {
      'Δ of the block': of.changes(all, 'feedForward'),
      'Δ of block and skip': of.changes(all, 'skip'),
      κ: of.cancellation(all, 'skip'),
      'κ, mean over targets': of.cancellation(all, 'skipByTarget', 'feedForwardByTarget'),
      'length of skip / output': lengthRatios(all),
    });
  },
});
