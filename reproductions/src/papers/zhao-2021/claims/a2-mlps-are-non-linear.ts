import { mean } from '@interlayer/stats';
import { above, between, claim, draw, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { affineComponent, flat, measureTable, otherTokens, overLayers, profile } from '../linearity';
import { linearities } from '../materials/components';

/** How much more linear the first two layers and the last are than the middle third. */
const dip = (layers: number[]): number => {
  const third = Math.floor(layers.length / 3);
  return mean([layers[0]!, layers[1]!, layers.at(-1)!]) - mean(layers.slice(third, layers.length - third));
};

export default claim('zhao-2021/a2-mlps-are-non-linear', {
  title: 'MLPs are strongly non-linear, in the middle layers most',
  locator: 'arXiv 2101.04547 v4; the curve over layers could not be read',
  says: 'The feed-forward blocks (without skip and LayerNorm) are strongly non-linear, most of all in the middle layers.',
  estimand: 'γ~ = (γ − cone) / (1 − cone) and R² of the best affine map of each MLP on held-out tokens',
  material: linearities,
  restsOn: ['NL1', 'NL4', 'NL7', 'NL8'],
  contrary: [
    'In closed form the least linear block is not in the middle of every model: R² by block falls to .22 at block 9 of GPT-2 and to .37 at block 6 of llama-160m, but to .45 at block 2 of Pythia-160m (Whipp 2026, arXiv 2606.19379, decoders).',
  ],
  measure: (material) => ({
    material,
    ratio: profile(material, 'mlp', 'gammaRatio'),
    r2: profile(material, 'mlp', 'r2'),
  }),
  criteria: ({ ratio, r2 }) => ({
    'non-linear': [
      'The mean R² of the MLPs lies between 0.5 and 0.99 in both seeds',
      between([0.5, 0.99], overLayers(mean, r2), effect(0.02, 'of R²')),
    ],
    middle: [
      'The middle third is less linear than the first two layers and the last (γ~, difference of means)',
      above(0, overLayers(dip, ratio), effect(0.02, 'of γ~'), {
        notAssertedAtMini:
          'the profile over six layers is weak: in calibration γ~ varied by less than 0.01 around the middle',
      }),
    ],
  }),
  headline: ({ ratio }) => ['mean γ~ of the MLPs of the first seed', '', overLayers(mean, ratio)[0]!],
  detail: ({ ratio, r2 }) => `γ~ ${stat.rangeOf(flat(ratio), 3)}, R² ${stat.rangeOf(flat(r2), 2)}`,
  sentence: ({ ours, untrained }) =>
    `By layer γ~ of the MLPs is ${stat.list(ours.ratio.base, 3)} (second seed ${stat.list(ours.ratio['seed-2'], 3)}); untrained ${stat.list(untrained.ratio.base, 3)}.`,
  controls: [
    untrained.mustNotReproduce('small initial weights keep GELU near its linear part: R² above 0.99, and no dip'),
    affineComponent,
    otherTokens,
  ],
  figure: ({ ours, untrained, names, estimate }) =>
    draw.depth('Linearity of the MLPs', 'γ~ on held-out tokens', {}, [
      draw.line(names.ours, 'ours', draw.whiskers(estimate(ours.ratio.base)), 0),
      draw.line(`${names.ours}, seed 2`, 'ours', draw.whiskers(estimate(ours.ratio['seed-2'])), 1),
      draw.line(names.untrained, 'untrained', untrained.ratio.base.map(stat.plainly)),
    ]),
  table: ({ ours: { material } }) => measureTable('MLP, by layer', material, 'mlp'),
});
