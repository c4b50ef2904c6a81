import { mean, median } from '@interlayer/stats';
import { above, atLeast, between, claim, draw, effect, exactly, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { affineComponent, measureTable, otherTokens, overLayers, profile } from '../linearity';
import { linearities } from '../materials/components';

const medianExcess = (larger: number[], smaller: number[]) => median(larger.map((value, i) => value - smaller[i]!));

export default claim('zhao-2021/a1-linear-maps', {
  title: 'A linear map tells how linear any component is',
  locator: 'arXiv 2101.04547 v4, abstract; the measures as in the authors’ code',
  says: 'The mean cosine between what a component gives and what the best linear map of its input gives is a usable degree of linearity, for any component of BERT.',
  estimand: 'R² (and γ~) on held-out tokens of the affine map that fits a component best, six components of each layer',
  material: linearities,
  restsOn: ['NL1', 'NL2', 'NL3', 'NL4', 'NL7', 'NL8'],
  contrary: [
    'R² and cosine rank blocks differently, and one outlier direction can fake a high R² (0.996 with a median over features of 0.16 in block 3 of GPT-2); a good R² is no promise of a harmless replacement (Whipp 2026, arXiv 2606.19379, of decoders).',
  ],
  measure(material) {
    const r2 = (name: Parameters<typeof profile>[1]) => profile(material, name, 'r2');
    const all = material.models.flatMap(({ scores }) => Object.values(scores.scores()));
    return {
      material,
      ...{ mlp: r2('mlp'), block: r2('ffn'), attention: r2('self_attention_ff') },
      undefinedScores: all.filter(({ degenerate }) => Object.keys(degenerate).length > 0).length,
    };
  },
  criteria: ({ material, mlp, block, attention, undefinedScores }) => ({
    defined: [
      'Every component of every layer has every score',
      exactly([{ label: 'without', count: undefinedScores }]),
    ],
    'skip-helps': [
      'In every layer the MLP is no more linear than its block with skip and LayerNorm (block minus MLP, R²)',
      atLeast(0, stat.excess(block.flat(), mlp.flat()), effect(0.01, 'of R²')),
    ],
    'in-range': [
      'The mean R² of the MLPs lies between 0.5 and 0.99: neither linear nor lost',
      between([0.5, 0.99], overLayers(material, mean, mlp), effect(0.02, 'of R²')),
    ],
    'attention-lower': [
      'In most layers attention, which reads other tokens too, is less linear than the MLP (median over layers of MLP minus SA-FF, R²)',
      above(0, overLayers(material, medianExcess, mlp, attention), effect(0.02, 'of R²')),
    ],
  }),
  headline: ({ material, mlp }) => ['mean R² of the MLPs of the first seed', '', overLayers(material, mean, mlp)[0]!],
  detail: ({ mlp, attention }) =>
    `R² of MLPs ${stat.rangeOf(mlp.flat(), 2)}, of SA-FF ${stat.rangeOf(attention.flat(), 2)}`,
  sentence: ({ ours, untrained }) =>
    `R² of the MLPs is ${stat.rangeOf(ours.mlp.flat(), 2)} over layers and seeds (with skip and LayerNorm ${stat.rangeOf(ours.block.flat(), 2)}), of SA-FF ${stat.rangeOf(ours.attention.flat(), 2)}; untrained ${stat.rangeOf(untrained.mlp.flat(), 2)} and ${stat.rangeOf(untrained.attention.flat(), 2)}.`,
  controls: [
    untrained.shownOnly('the measure is claimed to work for any weights', 'all scores are defined there too'),
    affineComponent,
    otherTokens,
  ],
  figure: ({ ours, names, estimate }) =>
    draw.depth('Linearity of components', 'R² on held-out tokens', { range: [0, 1] }, [
      draw.line(`${names.ours}: MLP`, 'ours', draw.whiskers(estimate(ours.mlp[0]!)), 0),
      draw.line(`${names.ours}: SA-FF`, 'ours', draw.whiskers(estimate(ours.attention[0]!)), 1),
    ]),
  table: ({ ours: { material } }) => measureTable('MLP with skip and LayerNorm, by layer', material, 'ffn'),
});
