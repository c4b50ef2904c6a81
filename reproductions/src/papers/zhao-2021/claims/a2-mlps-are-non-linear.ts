import { mean } from '@interlayer/stats';
import { above, between, claim, draw, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { affineComponent, listLayers, measureTable, otherTokens, overLayers, profile } from '../linearity';
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
  needs: ['depth'],
  restsOn: ['NL1', 'NL4', 'NL7', 'NL8'],
  contrary: [
    'In closed form the least linear block is not in the middle of every model: R² by block falls to .22 at block 9 of GPT-2 and to .37 at block 6 of llama-160m, but to .45 at block 2 of Pythia-160m (Whipp 2026, arXiv 2606.19379, decoders).',
  ],
  measure: (material) => ({
    material,
    ratio: profile(material, 'mlp', 'gammaRatio'),
    r2: profile(material, 'mlp', 'r2'),
    // What decides, and what stands beside it.
    dips: (['gammaRatio', 'r2', 'medianR2'] as const).map((measure) =>
      overLayers(material, dip, profile(material, 'mlp', measure)),
    ),
  }),
  criteria: ({ material, r2, dips }) => ({
    'non-linear': [
      'The mean R² of the MLPs lies between 0.5 and 0.99',
      between([0.5, 0.99], overLayers(material, mean, r2), effect(0.02, 'of R²')),
    ],
    middle: [
      'The middle third is less linear than the first two layers and the last (γ~, difference of means)',
      above(0, dips[0]!, effect(0.02, 'of γ~'), {
        notAssertedAtMini:
          'the profile over six layers is weak: in calibration γ~ varied by less than 0.01 around the middle',
      }),
    ],
  }),
  headline: ({ material, ratio }) => [
    'mean γ~ of the MLPs of the first seed',
    '',
    overLayers(material, mean, ratio)[0]!,
  ],
  detail: ({ ratio, r2 }) => `γ~ ${stat.rangeOf(ratio.flat(), 3)}, R² ${stat.rangeOf(r2.flat(), 2)}`,
  sentence: ({ ours, untrained }) =>
    `By layer γ~ of the MLPs is ${listLayers(ours.ratio, 3)}; untrained ${stat.list(untrained.ratio[0]!, 3)}. The middle third lies below the ends by ${ours.dips.map((dips) => stat.list(dips, 3)).join('; ')} of γ~, of R² and of the median R² of features.`,
  controls: [
    untrained.mustNotReproduce('small initial weights keep GELU near its linear part: R² above 0.99, and no dip'),
    affineComponent,
    otherTokens,
  ],
  figure: ({ ours, untrained, names, estimate }) =>
    draw.depth('Linearity of the MLPs', 'γ~ on held-out tokens', {}, [
      ...ours.ratio.map((layers, i) =>
        draw.line(`${names.ours}, ${ours.material.names[i]}`, 'ours', draw.whiskers(estimate(layers)), i),
      ),
      draw.line(names.untrained, 'untrained', untrained.ratio[0]!.map(stat.plainly)),
    ]),
  table: ({ ours: { material } }) => measureTable('MLP, by layer', material, 'mlp'),
});
