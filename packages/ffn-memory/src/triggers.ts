/** What a trigger scan keeps: the best position of each example (such as a sentence), or every position. */
export type Dedupe = 'sentence' | 'none';

/** Which end of a cell's scores is kept: the largest positive ones, or the most negative ones (gated blocks). */
export type Side = 'positive' | 'negative';

/** What a trigger scan's result depends on besides the scores. */
export interface TriggerOptions {
  layers: number;
  /** Memory cells of each layer. */
  cells: number;
  /** t: triggers kept for each cell. */
  top: number;
  dedupe: Dedupe;
  side: Side;
  /** Which model read which corpus, in your words (two hashes, for example); scans that differ in it do not merge. */
  about: string;
}

/**
 * The trigger examples of every key: for each cell the prefixes with the largest scores, best first (Geva et al. 2021,
 * section 3). A plain value: it can be merged ({@link mergeTriggers}), continued ({@link createTriggerScan}) and stored.
 *
 * Cell `c` of layer `l` has index `k = l · cells + c` and owns the places `k · top` … `k · top + counts[k] − 1`; its other
 * places hold NaN and −1. A cell with fewer than `top` triggers is not padded with others.
 */
export interface Triggers extends TriggerOptions {
  /** Valid triggers of each cell, 0 … top: [layers · cells] */
  counts: Int32Array;
  /** Descending (ascending for the negative side), NaN where there is none: [layers · cells · top] */
  scores: Float64Array;
  /** The example of each trigger, −1 where there is none: [layers · cells · top] */
  examples: Int32Array;
  /** The last position of the trigger's prefix in its example, −1 where there is none: [layers · cells · top] */
  positions: Int32Array;
}

/** One prefix that triggers a key: the tokens 0 … position of an example. */
export interface Trigger {
  score: number;
  example: number;
  position: number;
}

/** The triggers of one cell, best first; fewer than t where fewer positions of the corpus had a score of the right sign. */
export function triggersOf(triggers: Triggers, layer: number, cell: number): Trigger[] {
  const { layers, cells, top, counts, scores, examples, positions } = triggers;
  if (!(layer >= 0 && layer < layers && cell >= 0 && cell < cells))
    throw new Error(
      `There is no cell ${cell} of layer ${layer}; there are ${layers} layers of ${cells} cells, both counted from 0.`,
    );
  const key = layer * cells + cell;
  return Array.from({ length: counts[key]! }, (_, i) => ({
    score: scores[key * top + i]!,
    example: examples[key * top + i]!,
    position: positions[key * top + i]!,
  }));
}

/**
 * Cells of a layer that fewer than `least` prefixes triggered in the whole corpus (`top` unless given): what is said of their
 * triggers rests on fewer prefixes, or on none.
 */
export function deadCells({ counts, cells, top }: Triggers, layer: number, least = top): number[] {
  return Array.from({ length: cells }, (_, cell) => cell).filter((cell) => counts[layer * cells + cell]! < least);
}

/** @throws when an option is missing or out of range; the message names it. */
export function checkTriggerOptions({ layers, cells, top, dedupe, side, about }: TriggerOptions): void {
  for (const [name, value] of Object.entries({ layers, cells, top }))
    if (!Number.isInteger(value) || value < 1)
      throw new Error(`${name} is ${value}; a trigger scan needs a whole number of at least 1.`);
  if (dedupe !== 'sentence' && dedupe !== 'none')
    throw new Error(`dedupe is "${dedupe}"; it is "sentence" (one trigger an example) or "none".`);
  if (side !== 'positive' && side !== 'negative')
    throw new Error(`side is "${side}"; it is "positive" (the largest scores) or "negative" (the smallest).`);
  if (typeof about !== 'string')
    throw new Error(`about is ${about}; it is a text that names the model and the corpus.`);
}

/** No triggers yet. Throws when an option is out of range. */
export function noTriggers(options: TriggerOptions): Triggers {
  checkTriggerOptions(options);
  const { layers, cells, top, dedupe, side, about } = options;
  const places = layers * cells * top;
  return {
    ...{ layers, cells, top, dedupe, side, about },
    counts: new Int32Array(layers * cells),
    scores: new Float64Array(places).fill(Number.NaN),
    examples: new Int32Array(places).fill(-1),
    positions: new Int32Array(places).fill(-1),
  };
}

/** A copy whose lists can be changed. Throws when an option is out of range, or a list has another length. */
export function copyTriggers(triggers: Triggers): Triggers {
  const copy = noTriggers(triggers);
  for (const field of ['counts', 'scores', 'examples', 'positions'] as const) {
    if (triggers[field].length !== copy[field].length)
      throw new Error(`${field} has ${triggers[field].length} values; the scan's options need ${copy[field].length}.`);
    copy[field].set(triggers[field]);
  }
  return copy;
}
