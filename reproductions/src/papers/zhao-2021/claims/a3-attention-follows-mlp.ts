import { pearson } from '@interlayer/stats';
import { above, claim, draw, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { affineComponent, listLayers, measureTable, otherTokens, overLayers, profile } from '../linearity';
import { linearities } from '../materials/components';

export default claim('zhao-2021/a3-attention-follows-mlp', {
  title: 'The linearity of attention follows that of the MLPs over depth',
  locator: 'arXiv 2101.04547 v4; the curves could not be read',
  says: 'Over the layers, the non-linearity of attention with its output layer (SA-FF) has the same trend as that of the MLPs, though its mechanism is another one.',
  estimand: 'Correlation over layers between γ~ of SA-FF and γ~ of the MLP, by seed',
  material: linearities,
  needs: ['depth'],
  restsOn: ['NL1', 'NL6', 'NL7', 'NL8'],
  contrary: ['In the calibration run of six layers the two did not follow each other.'],
  measure: (material) => {
    const [mlp, attention] = (['mlp', 'self_attention_ff'] as const).map((name) =>
      profile(material, name, 'gammaRatio'),
    );
    return {
      material,
      mlp: mlp!,
      attention: attention!,
      correlation: overLayers(material, pearson, mlp!, attention!),
    };
  },
  criteria: ({ correlation }) => ({
    'same-trend': [
      'Layers with a more linear MLP have a more linear SA-FF (correlation above 0)',
      above(0, correlation, effect(0.3, 'of correlation'), {
        notAssertedAtMini: 'six layers are six points, and the calibration run did not show it',
      }),
    ],
  }),
  headline: ({ correlation }) => ['correlation over layers, first seed', '', correlation[0]!],
  detail: ({ correlation, attention }) =>
    `correlation ${stat.list(correlation, 2)}; γ~ of SA-FF ${stat.rangeOf(attention.flat(), 2)}`,
  sentence: ({ ours, untrained }) =>
    `By layer γ~ of SA-FF is ${listLayers(ours.attention, 2)} and of the MLP ${listLayers(ours.mlp, 2)}; their correlation is ${stat.list(ours.correlation, 2)} by seed, untrained ${stat.list(untrained.correlation, 2)}.`,
  controls: [
    untrained.mustNotReproduce('no trend that both share: neither has learned anything'),
    affineComponent,
    otherTokens,
  ],
  figure: ({ ours, names, estimate }) =>
    draw.depth('Linearity over depth', 'γ~ on held-out tokens', {}, [
      draw.line(`${names.ours}: MLP`, 'ours', draw.whiskers(estimate(ours.mlp[0]!)), 0),
      draw.line(`${names.ours}: SA-FF`, 'ours', draw.whiskers(estimate(ours.attention[0]!)), 1),
    ]),
  table: ({ ours: { material } }) => measureTable('SA-FF, by layer', material, 'self_attention_ff'),
});
