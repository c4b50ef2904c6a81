import { agreement, precisionAt, readout as readOut, type Triggers, triggerTokens } from '@interlayer/ffn-memory';
import type { Runtime } from '@interlayer/runtime';
import type { Sample } from '../../../claim/claim';
import { independent, type Units } from '../../../claim/statistic';
import { material } from '../../../materials/material';
import { openReader } from '../../../materials/reader';
import { type Readout, type Specimen, valuesOf } from '../../../subjects/specimen';
import { SOURCE } from '../paper';
import { DEDUPE, deviationsOf, KEY_INTERVALS } from './sample';
import { deadKeys, keyTriggers, TRIGGER_SAMPLE } from './triggers';

/** The token that a value is held against: the one that follows its key's trigger, or the trigger's own last one. */
export type Target = 'next' | 'last';
const TARGETS = ['next', 'last'] as const;

/** The keys of one layer with their values; lists have one entry per cell, or t for t triggers. */
export interface LayerMemories {
  /** How many triggers a cell has; a dead one has none. */
  counts: Int32Array;
  /** Tokens of the triggers, best first, −1 where there is none: [cells · t] */
  tokens: Record<Target, Int32Array>;
  /** The token that the value promotes most, and its probability. */
  valueTop: Int32Array;
  probability: Float64Array;
  /** Whether the value's top token is that of the best trigger. */
  agrees: Record<Target, boolean[]>;
  /** Rank of the best trigger's token in the value's distribution, 0 the best; −1 for a dead cell. */
  ranks: Record<Target, Int32Array>;
  /** Share of the t triggers whose next token is the value's top. */
  precision: Float64Array;
}

/** The values of a model, held against their keys' triggers; read out bare, as the paper defines it. */
export interface Memories extends Sample {
  layers: LayerMemories[];
  /** The same under the model's own readout, where that is another; of the trained model. */
  own?: { readout: string; layers: LayerMemories[] };
  /** Of gated cells of the trained model: what they promote with a negative coefficient, held against the triggers of that. */
  negative?: LayerMemories[];
  cells: number;
  vocabulary: number;
  /** The cells of one layer: the same cells of all layers are drawn together. */
  layerUnits: Units;
}

/**
 * Shuffled values are held against the trained model's triggers: keys as they are, each with another value. The units are
 * the keys of all layers, one layer after the other.
 */
export const memories = material<Memories>({
  name: 'memories',
  needs: ['memories', 'readout'],
  source: SOURCE,
  sample: TRIGGER_SAMPLE,
  uses: [keyTriggers],
  budget: { seconds: 60, megabytes: 1500 },
  async make(bench) {
    const [specimen, runtime] = [await bench.specimen(), await bench.runtime()];
    const keys = await bench.get(keyTriggers, bench.condition === 'shuffled' ? 'trained' : undefined);
    const read = (readout: Readout, triggers = keys.triggers) =>
      readMemories(specimen, triggers, keys.sentences, readout, runtime);
    const bare = specimen.readouts.at(-1)!;
    const own = bench.condition === 'trained' ? specimen.readouts.at(-2) : undefined;
    return {
      layers: await read(bare),
      ...(own && { own: { readout: own.name, layers: await read(own) } }),
      ...(keys.negative && bench.condition === 'trained' && { negative: await read(bare, keys.negative) }),
      cells: specimen.cells,
      vocabulary: specimen.vocabulary,
      units: independent(specimen.layers * specimen.cells, KEY_INTERVALS),
      layerUnits: independent(specimen.cells, KEY_INTERVALS),
      dropped: deadKeys(keys.triggers, 'they do not count as agreeing, and have no rank'),
      deviations: [...deviationsOf(specimen, bench.scale), DEDUPE],
    };
  },
});

/** Holds every value against its key's triggers, under one readout. */
export async function readMemories(
  specimen: Specimen,
  triggers: Triggers,
  sentences: readonly ArrayLike<number>[],
  readout: Readout,
  runtime: Runtime,
): Promise<LayerMemories[]> {
  const { layers, cells, top } = triggers;
  const reader = await openReader(readout, runtime);
  try {
    const memories: LayerMemories[] = [];
    for (let layer = 0; layer < layers; layer++) {
      const [next, last] = TARGETS.map((target) => triggerTokens(triggers, layer, (i) => sentences[i]!, target)) as [
        Int32Array,
        Int32Array,
      ];
      const first = (tokens: Int32Array) => tokens.filter((_, i) => i % top === 0);
      const {
        top: valueTop,
        probability,
        rankOf: ranks,
      } = await readOut(await valuesOf(specimen, layer), reader.embedding, {
        ...reader.options,
        side: triggers.side,
        rankOf: [first(next), first(last)],
      });
      memories.push({
        counts: triggers.counts.slice(layer * cells, (layer + 1) * cells),
        tokens: { next, last },
        valueTop,
        probability,
        agrees: { next: agreement(valueTop, next), last: agreement(valueTop, last) },
        ranks: { next: ranks[0]!, last: ranks[1]! },
        precision: precisionAt(valueTop, next, top),
      });
    }
    return memories;
  } finally {
    await reader.dispose();
  }
}
