import { identity } from '@interlayer/layer-permute';
import type { LinearModel } from '@interlayer/linalg';
import type { Runtime } from '@interlayer/runtime';
import { type Material, material } from '../../../materials/material';
import type { Specimen } from '../../../subjects/specimen';
import { standIns } from './affine-maps';
import type { AskedRow } from './asked-rows';
import { changedPieces } from './changed-pieces';
import { type Continued, continued } from './continued';
import { CUMULATIVE, interventionTrials, KIND_NAMES, type Kind, orderTrials } from './kinds';
import { heldOutMasked } from './masked-text';
import { scoreOrders } from './orders';
import type { Part } from './stand-ins';
import type { TokenScores } from './token-scores';

/** What a model predicts right after each kind of change. */
export type Direct = Readonly<
  Record<Kind, { /** By layer. */ alone: TokenScores[] /** By number of layers. */; lowest?: TokenScores[] }>
>;

/** Models right after all interventions, and, for some of them, after further training. */
export interface Intervened extends Continued {
  /** For each model. */
  direct: readonly Direct[];
}

const STRETCHES = 128;

/** Models with their layers in other orders, and then trained further. */
export const trainedOrders: Material<Continued> = continued({
  name: 'moved layers, trained further',
  sample: 'the first two layers swapped, the first and the last, and one order in which no layer stays',
  seconds: 200,
  trials: ({ layers, seed }) => orderTrials(layers, seed),
});

const trained: Material<Continued> = continued({
  name: 'interventions, trained further',
  sample:
    'MLPs replaced by affine maps and removed, in the lower half and in all layers; attention and whole layers removed in the lower half',
  seconds: 300,
  trials: ({ layers, thorough }) => interventionTrials(layers, thorough),
});

/** Parts of layers replaced or removed: in each layer alone, in several from the bottom, and followed by further training. */
export const intervened: Material<Intervened> = material({
  name: 'interventions',
  needs: trained.needs,
  source: trained.source,
  sample: `right after: parts replaced by affine maps or removed, in each layer alone and in all numbers of layers from the bottom; ${trained.sample}`,
  budget: { seconds: 240, megabytes: 2000 },
  uses: [trained, standIns],
  async make(bench) {
    const rows = await heldOutMasked(bench, STRETCHES);
    const maps = await bench.get(standIns);
    const direct: Direct[] = [];
    for (const [model, name] of bench.seeds.entries())
      direct.push(
        await scoreChanges(await bench.specimen(name), maps[model]!, rows, await bench.runtime(), bench.seed, (share) =>
          bench.progress((model + share) / bench.seeds.length),
        ),
      );
    return { ...(await bench.get(trained)), direct };
  },
});

/** Scores of a model right after each kind of change. */
export async function scoreChanges(
  specimen: Specimen,
  maps: readonly Readonly<Record<Part, LinearModel>>[],
  rows: readonly AskedRow[],
  runtime: Runtime,
  seed: number,
  onShare?: (share: number) => void,
): Promise<Direct> {
  const layers = identity(specimen.layers);
  const { pieces, changed, dispose } = changedPieces(specimen, KIND_NAMES, maps, seed);
  const orders = KIND_NAMES.flatMap((kind) => {
    const several = isCumulative(kind) ? layers.map((last) => layers.slice(0, last + 1)) : [];
    return [...layers.map((layer) => [layer]), ...several].map((some) => changed(kind, some));
  });
  try {
    const left = await scoreOrders(specimen, rows, orders, runtime, onShare, pieces);
    const take = () => left.splice(0, layers.length);
    return Object.fromEntries(
      KIND_NAMES.map((kind) => [kind, { alone: take(), ...(isCumulative(kind) ? { lowest: take() } : {}) }]),
    ) as unknown as Direct;
  } finally {
    dispose();
  }
}

const isCumulative = (kind: Kind): boolean => (CUMULATIVE as readonly Kind[]).includes(kind);
