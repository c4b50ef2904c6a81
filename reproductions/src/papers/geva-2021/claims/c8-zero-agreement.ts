import { atLeast, claim, draw, effect, stat } from '../../../claim';
import { shuffledPairs, untrained } from '../../../conditions';
import * as geva from '../geva';
import { agreements } from '../materials/zero-agreement';

const VARIANTS = { all: 'y, all cells (definition)', active: 'y, active cells', asCoded: 'o, active cells (as coded)' };
const variants = Object.keys(VARIANTS) as (keyof typeof VARIANTS)[];
const WHY = 'layers of one model differ by more than that from each other';
const WHY_NOT =
  'With 512 cells and 4,096 tokens some cell has the predicted token by chance far more often than in the paper’s model; 20 to 50 % is normal at this size, so the paper’s level is only reported.';
const TITLE = 'Other readings of zero agreement, % of prefixes';
const NOTES = {
  legend: geva.LEGEND,
  range: [0, 100] as [number, number],
  note: `Whiskers: 95 % intervals. ${geva.PAPER_NOTE}`,
};

export default claim('geva-2021/c8-zero-agreement', {
  title: 'A layer’s prediction is usually no single cell’s',
  locator: `${geva.PAPER}, section 5.1, figure 8`,
  says: 'In every layer the feed-forward output’s top token differs from every cell’s top token in at least about 68 % of the prefixes (66.7 % by the figure).',
  estimand: 'Share of prefixes with zero agreement, ∀i: top(vᵢ) ≠ top(y), over all cells, layer by layer, percent',
  source: `${geva.SOURCE} The untrained model shows zero agreement as often or more, so its height is no sign of learning.`,
  material: agreements,
  measure({ layers, units }) {
    const shares = variants.map((name) => layers.map(({ zero }) => stat.percentOf(zero[name])));
    const mean = stat.statistic(units, 'mean over layers', stat.averageOf(shares[0]!));
    return { mean, all: stat.byLayer(units, shares[0]!), variants: shares.map((each) => stat.byLayer(units, each)) };
  },
  criteria: ({ mean, all }, models) => ({
    'untrained-as-high': [
      'Untrained minus trained is at least −5 points',
      atLeast(-5, stat.excess([models.untrained.mean], [mean]), effect(5, 'points', WHY), {
        notAskedOf: [untrained.id, shuffledPairs.id],
      }),
    ],
    'paper-level': [
      'At least 66 % in every layer',
      atLeast(66, all, effect(5, 'points'), { notAssertedAtMini: WHY_NOT }),
    ],
  }),
  headline: ({ mean, all }) => [`zero agreement, mean of ${all.length} layers`, '%', mean],
  detail: ({ all }) => `${stat.rangeOf(all)} % zero agreement`,
  sentence: ({ ours, untrained }) =>
    `The block’s prediction is no single cell’s in ${stat.rangeOf(ours.all)} % of the prefixes, by layer; in the untrained model in ${stat.rangeOf(untrained.all)} %. High zero agreement is no sign of learning; the paper’s level (67 to 96 %) is not asserted of a smaller model.`,
  controls: [
    untrained.shownOnly(geva.COMPARED, 'as high as the trained model’s or higher'),
    shuffledPairs.mustNotReproduce(
      'not the paper’s level in every layer; where that is not asserted, the control is shown only',
    ),
    geva.bookkeeping,
  ],
  deviations: () => [
    'Over all cells and with the block’s own output y, as the paper defines it; the authors’ script compares the layer’s output o with active cells (in the table).',
  ],
  figure: ({ ours, untrained, estimate, names }) =>
    draw.against(names, 'Zero agreement', '% of prefixes', NOTES, {
      paper: geva.figures.zeroAgreement,
      ours: draw.whiskers(estimate(ours.all)),
      untrained: draw.whiskers(estimate(untrained.all)),
    }),
  table({ ours, untrained, shuffled }) {
    const rows = variants.flatMap((variant, i) =>
      Object.entries({ trained: ours, untrained, 'shuffled pairs': shuffled }).map(([model, measured]) => [
        VARIANTS[variant],
        model,
        ...measured.variants[i]!.map((share) => Number(stat.plainly(share).toFixed(1))),
      ]),
    );
    return draw.layerTable(TITLE, ['compared with', 'model'], ours.all.length, rows);
  },
});
