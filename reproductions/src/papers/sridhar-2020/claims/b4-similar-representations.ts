import { above, atMost, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { encoderStates } from '../materials/encoders';
import {
  type Comparison,
  otherTokens,
  type SiteSimilarity,
  similarities,
  similarityFigure,
  similarityMatrix,
} from '../similarity';
import * as sridhar from '../sridhar';

const SITES = ['attention.output', 'middle', 'output'] as const;
const NAMES = ['attention output', 'after its LayerNorm', 'block output'];
const means = (sites: readonly SiteSimilarity[], of: Comparison) => sites.map(({ mean }) => mean[of]);
const list = (sites: readonly SiteSimilarity[], of: Comparison) => stat.list(means(sites, of), 2);
const atSites = (sites: readonly SiteSimilarity[], of: (mean: SiteSimilarity['mean']) => stat.Weighted) =>
  sites.map(({ mean }) => stat.statistic(mean.half.units, mean.half.label, of(mean)));

export default claim('sridhar-2020/b4-similar-representations', {
  title: 'Half of the feed-forward blocks, and the representations stay',
  locator: 'arXiv 2012.11881 v1, abstract',
  says: 'By CKA, removing feed-forward blocks has little effect on the learned self-attention representations. (The second version only says that CKA gives insight into the modification.)',
  estimand:
    'Debiased linear CKA between a full BERT and one with half of the feed-forward blocks, from another seed, at the same attention block, mean over blocks, at three sites; beside two full ones of different seeds (ceiling) and a full and an untrained one (floor)',
  material: encoderStates('encoder states', SITES, 64, 60),
  restsOn: ['CK1', 'CK2', 'CK6'],
  budget: { seconds: 240, megabytes: 2000 },
  contrary: [sridhar.CONTRARY.cka],
  measure: (material, bench) => similarities(material, NAMES, bench),
  criteria: (sites) => ({
    'near-ceiling': [
      'At every site half of the blocks costs at most 0.05 of what another seed costs (ceiling minus half)',
      atMost(
        0.05,
        atSites(sites, (mean) => (weights) => mean.ceiling.of(weights) - mean.half.of(weights)),
        effect(0.05, 'of CKA', 'the "little effect" of the specification'),
      ),
    ],
    'nearer-to-ceiling': [
      'At every site it is closer to the ceiling than to the floor (half minus the middle of both)',
      above(
        0,
        atSites(
          sites,
          (mean) => (weights) => mean.half.of(weights) - (mean.ceiling.of(weights) + mean.floor.of(weights)) / 2,
        ),
        effect(0.02, 'of CKA'),
      ),
    ],
  }),
  headline: (sites) => ['CKA with half of the blocks at the attention output', '', sites[0]!.mean.half],
  detail: (sites) =>
    `half ${list(sites, 'half')}, ceiling ${list(sites, 'ceiling')}, floor ${list(sites, 'floor')} by site`,
  sentence: ({ ours }) =>
    `At ${NAMES.join(', ')}, mean CKA with half of the blocks is ${list(ours, 'half')}; another seed of the full model gives ${list(ours, 'ceiling')}, a third of the blocks ${list(ours, 'third')}, none ${list(ours, 'none')}, an untrained model ${list(ours, 'floor')}.`,
  controls: [
    untrained.mustNotReproduce(
      'no model has learned anything: half is no closer to the ceiling than to the floor, which are the same',
    ),
    otherTokens((sites: readonly SiteSimilarity[]) => sites.flatMap(({ chance }) => chance)),
  ],
  figure: ({ ours, estimate }) =>
    ours.flatMap((site, i) => [similarityFigure(NAMES[i]!, site, estimate), similarityMatrix(NAMES[i]!, site)]),
});
