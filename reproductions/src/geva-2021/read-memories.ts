import { agreement, precisionAt, type Triggers, triggerTokens, valueReadout } from '@interlayer/ffn-memory';
import type { Runtime } from '@interlayer/runtime';
import type { MemoryModel, Readout } from './memory-model';
import { openReader } from './reader';

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

/** Holds every value against its key's triggers, under one readout. */
export async function readMemories(
  model: MemoryModel,
  triggers: Triggers,
  sentences: readonly ArrayLike<number>[],
  readout: Readout,
  runtime: Runtime,
): Promise<LayerMemories[]> {
  const { layers, cells, top } = triggers;
  const reader = await openReader(readout, runtime);
  try {
    const found: LayerMemories[] = [];
    for (let layer = 0; layer < layers; layer++) {
      const [next, last] = TARGETS.map((target) => triggerTokens(triggers, layer, (i) => sentences[i]!, target)) as [
        Int32Array,
        Int32Array,
      ];
      const first = (tokens: Int32Array) => tokens.filter((_, i) => i % top === 0);
      const {
        top: valueTop,
        probability,
        ranks,
      } = await valueReadout(await model.values(layer), reader.embedding, {
        ...reader.options,
        tokens: [first(next), first(last)],
      });
      found.push({
        counts: triggers.counts.slice(layer * cells, (layer + 1) * cells),
        tokens: { next, last },
        valueTop,
        probability,
        agrees: { next: agreement(valueTop, next), last: agreement(valueTop, last) },
        ranks: { next: ranks[0]!, last: ranks[1]! },
        precision: precisionAt(valueTop, next, top),
      });
    }
    return found;
  } finally {
    await reader.dispose();
  }
}
