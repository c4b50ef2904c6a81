import { above, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { TOP } from '../amplification';
import { withSnapshots } from '../changes';
import { PAPER } from '../kobayashi';
import { annotatedMaps } from '../materials/maps';
import { TYPED } from '../pair-categories';
import * as of from '../pair-shares';

export default claim('kobayashi-2024/d2-amplifies-typed-pairs', {
  title: 'Feed-forward blocks amplify pieces of one word and words of one expression (proxy)',
  locator: `${PAPER}, table 1 and figure 5, whose shares could not be read`,
  says: 'What feed-forward blocks amplify is linguistically typed: pieces of one word, words of one name or expression, the same token at two places; above all in lower layers.',
  kind: 'proxy',
  estimand: `Share of pairs of these three kinds among the ${TOP} pairs that a layer’s feed-forward block amplifies most (difference of maps whose targets sum to 1, diagonal out), percent`,
  material: annotatedMaps,
  restsOn: ['Q1', 'Q8', 'Q14'],
  budget: { seconds: 60, megabytes: 600 },
  contrary: [
    'A difference of shares favours cells that were large before, so local pairs fill the bottom of the list as well as its top: in the specification’s masked model 2 % of the top 50 and 37 % of the bottom were pieces of one word in layer 1.',
    'Upper layers are hard to name (a summary of the paper): their shares are in the table without a criterion.',
  ],
  measure: (material) => ({
    material,
    typed: of.sharesOf(material, TYPED),
    subword: of.sharesOf(material, ['subword pair']),
    local: of.sharesOf(material, ['subword pair', 'adjacent']).most,
  }),
  criteria: ({ material, typed, subword, local }) => {
    const lower = (side: keyof of.Shares) => typed[side].flatMap(of.lowerThird);
    const first = (side: keyof of.Shares) => subword[side].map(({ layers }) => layers[0]!);
    return {
      'twice-random': [
        'In the lower third of the layers the share is more than twice that of random pairs (points)',
        above(0, of.beyond(lower('most'), 2, lower('random')), effect(2, 'points')),
      ],
      'more-than-bottom': [
        `In the lower third it is above that of the ${TOP} pairs amplified least (points)`,
        above(0, of.beyond(lower('most'), 1, lower('least')), effect(2, 'points')),
      ],
      ...(!material.masked && {
        'pieces-of-a-word': [
          'In layer 1 pieces of one word are more than 5 times as frequent as among random pairs, and 3 times as among those amplified least (points)',
          above(
            0,
            [...of.beyond(first('most'), 5, first('random')), ...of.beyond(first('most'), 3, first('least'))],
            effect(2, 'points'),
          ),
        ],
        'local-first': [
          'Layer 1 amplifies more local pairs than the last layer (points)',
          above(0, of.beyond([local[0]!.layers[0]!], 1, [local[0]!.layers.at(-1)!]), effect(5, 'points')),
        ],
      }),
    };
  },
  headline: ({ typed }) => [`typed pairs among the ${TOP} that layer 1 amplifies most`, '%', typed.most[0]!.layers[0]!],
  detail: ({ typed }) => of.shareList(typed),
  sentence: ({ ours, untrained }) =>
    `By layer pairs of the three kinds are ${of.shareList(ours.typed)} of those amplified most; pieces of one word ${stat.list(ours.subword.most[0]!.layers)} %; untrained ${of.shareList(untrained.typed)}.`,
  controls: [
    untrained.mustNotReproduce('8 % pieces of one word at the top and 13 % at the bottom in calibration'),
    of.planted,
  ],
  deviations: ({ material }) => [of.categoryNote(material)],
  figure: ({ ours, names }) => of.shareFigure(ours.material, names),
  table: ({ ours }) => of.shareTable(withSnapshots(ours.material)),
});
