import { drawRows } from '../../../materials/hidden-states';
import type { Bench } from '../../../materials/material';
import type { Specimen } from '../../../subjects/specimen';

/** A stretch of text, with places at which a model is asked for tokens. */
export interface AskedRow {
  /** What the model reads. */
  ids: Int32Array;
  /** Where tokens are to be predicted, and which. */
  places: Int32Array;
  labels: Int32Array;
  /** Loss of the unigram distribution of the whole text at these tokens, nats a token. */
  unigram: number;
  /** Index of the text. */
  text: number;
}

/**
 * Stretches of some texts with what is asked of each.
 *
 * @param length tokens of a stretch, without special ones
 */
export function askedRows(
  texts: readonly { text: string }[],
  { tokenizer }: Pick<Specimen, 'tokenizer'>,
  { count, length, seed }: { count: number; length: number; seed: number },
  ask: (ids: readonly number[], row: number) => Pick<AskedRow, 'ids' | 'places' | 'labels'>,
): AskedRow[] {
  const draw = (count: number) => drawRows(texts, { tokenizer }, { count, length, seed });
  const frequency = new Map<number, number>();
  const all = draw(Number.POSITIVE_INFINITY);
  for (const { ids } of all) for (const id of ids) frequency.set(id, (frequency.get(id) ?? 0) + 1);
  return draw(count).map(({ ids, text }, row) => {
    const asked = ask(ids, row);
    const losses = Array.from(asked.labels, (label) => Math.log((all.length * length) / frequency.get(label)!));
    return { ...asked, unigram: losses.reduce((sum, loss) => sum + loss, 0) / losses.length, text };
  });
}

/** How many rows are read: half of them for a control, and no more than the user allows. */
export const countOf = ({ condition, sample }: Bench, count: number): number =>
  Math.min(condition === 'trained' ? count : count / 2, sample ?? count);
