import { above, claim, draw, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import {
  combined,
  flat,
  linesOf,
  listOf,
  mostOf,
  type Profile,
  profile,
  reachedBy,
  scaledBlocks,
  snapshotLines,
} from '../changes';
import type { LayerNumbers, Maps } from '../materials/maps';
import { annotatedMaps } from '../materials/maps';
import { categoryNote } from '../pair-shares';

type Shares = LayerNumbers['expressionShare'];

/** Mean over the sequences that have such pairs of how a part changes their share, as a logarithm of the ratio. */
const logChange = (material: Maps, from: keyof Shares, to: keyof Shares): Profile =>
  profile(material, ({ layers }) =>
    layers.map((sequences) => {
      const changes = sequences.map(({ expressionShare }) => Math.log(expressionShare[to] / expressionShare[from]));
      const known = [...changes.keys()].filter((i) => Number.isFinite(changes[i]));
      return stat.meanAmong(
        known,
        known.map((i) => changes[i]!),
      );
    }),
  );
export default claim('kobayashi-2024/d6-parts-cancel-on-names', {
  title: 'The parts of a layer change what words of one name give each other, and cancel (proxy)',
  locator: 'arXiv 2302.00456 v1, abstract; not in later versions',
  says: 'Each part of a layer changes the mixing between special pairs of words, such as those of a named entity, and some parts cancel each other’s effect.',
  kind: 'proxy',
  estimand:
    'How the share that a word gets from the others of its name or expression, relative to any other word, changes by the feed-forward block, and by the skip after it: mean log ratio over sequences',
  material: annotatedMaps,
  restsOn: ['Q1', 'Q8'],
  budget: { seconds: 60, megabytes: 600 },
  contrary: [
    'A skip that is much longer than the block’s output undoes any change of the map, that of names included (D3).',
  ],
  measure(material) {
    const block = logChange(material, 'before', 'feedForward');
    const skip = logChange(material, 'feedForward', 'skip');
    return { material, block, skip, against: combined(block, skip, (x, y) => -Math.sign(x) * y) };
  },
  criteria: ({ block, against }) => ({
    changes: [
      'In most layers the block changes the share, up or down, by more than 1 % (log ratio without its sign)',
      above(0.01, reachedBy(combined(block, block, Math.abs), mostOf), effect(0.005, 'of the log ratio')),
    ],
    cancels: [
      'In most layers the skip moves the share the other way than the block did (log ratio)',
      above(0, reachedBy(against, mostOf), effect(0.005, 'of the log ratio')),
    ],
  }),
  headline: ({ block }) => ['log ratio of the share of names, by the block of layer 1', '', flat(block)[0]!],
  detail: ({ block, skip }) => `block ${listOf(block, 2)}; skip ${listOf(skip, 2)}`,
  sentence: ({ ours, untrained }) =>
    `By layer the log ratio is ${listOf(ours.block, 2)} by the block and ${listOf(ours.skip, 2)} by the skip; untrained ${listOf(untrained.block, 2)} and ${listOf(untrained.skip, 2)}.`,
  controls: [untrained.shownOnly('a skip undoes what any block does', 'smaller changes, undone as well'), scaledBlocks],
  deviations: ({ material }) => [categoryNote(material)],
  figure: ({ ours, names, estimate }) =>
    draw.depth('Change of the share between words of one name', 'log ratio', { note: 'Whiskers: 95 % intervals.' }, [
      ...linesOf(ours.block, `${names.subject}, block`, estimate),
      ...linesOf(ours.skip, `${names.subject}, skip`, estimate, 1),
      ...snapshotLines(ours.material, (each) => logChange(each, 'before', 'feedForward')),
    ]),
});
