import { identity } from '@interlayer/layer-permute';
import { material } from '../../../materials/material';
import { changedPieces } from './changed-pieces';
import { heldOutNext, NEXT_STRETCHES, STRETCH } from './next-tokens';
import { type Ordered, scoreOrders } from './orders';
import { deviationsOf, SOURCE, STRETCH_INTERVALS } from './sample';
import type { TokenScores } from './token-scores';

/** What is removed: of each layer in turn, and then of all. */
export const REMOVED = ['MLP removed', 'attention removed', 'layer removed'] as const;
export type Removed = (typeof REMOVED)[number];

/** Where the scores of a removal are: own order first, then each kind in all layers in turn, then in all at once. */
export const removalIndices = (layers: number, kind: Removed) => ({
  alone: identity(layers).map((layer) => 1 + REMOVED.indexOf(kind) * layers + layer),
  all: 1 + REMOVED.length * layers + REMOVED.indexOf(kind),
});

/** A causal model right after parts of it are removed. */
export const removals = material<Ordered>({
  name: 'parts of a causal model removed',
  needs: ['causal', 'memories', 'readout', 'seeds'],
  source: SOURCE,
  sample: `MLPs, attention and whole layers removed, in one layer at a time and in all at once; ${NEXT_STRETCHES} stretches of ${STRETCH} held-out tokens, every next one asked (controls: half as many)`,
  budget: { seconds: 900, megabytes: 4000 },
  async make(bench) {
    const base = await bench.specimen();
    const rows = await heldOutNext(bench);
    const layers = identity(base.layers);
    const models: TokenScores[][] = [];
    let orders: Ordered['orders'] = [];
    for (const [i, name] of bench.seeds.entries()) {
      const specimen = await bench.specimen(name);
      const { pieces, own, changed, dispose } = changedPieces(specimen, REMOVED, [], bench.seed);
      orders = [
        own,
        ...REMOVED.flatMap((kind) => layers.map((layer) => changed(kind, [layer]))),
        ...REMOVED.map((kind) => changed(kind, layers)),
      ];
      const onShare = (share: number) => bench.progress((i + share) / bench.seeds.length);
      try {
        models.push(await scoreOrders(specimen, rows, orders, await bench.runtime(), onShare, pieces));
      } finally {
        dispose();
      }
    }
    return {
      orders,
      names: bench.seeds,
      models,
      unigram: Float64Array.from(rows, ({ unigram }) => unigram),
      layers: base.layers,
      units: { clusters: rows.map(({ text }) => text), method: STRETCH_INTERVALS },
      dropped: [],
      deviations: [
        ...deviationsOf(bench, base),
        'Accuracy at every next token, right after the removal. The paper: accuracy on MNLI after three epochs of fine-tuning. A part removed gives zeros; its skip and its norm stay.',
      ],
    };
  },
});
