import { maskTokens, seedFrom } from '@interlayer/text-data';
import { drawRows } from '../../../materials/hidden-states';
import type { Bench } from '../../../materials/material';
import type { Specimen } from '../../../subjects/specimen';
import { LONGEST, textsOf } from './sample';

/** A stretch of text, some of its tokens masked. */
export interface MaskedRow {
  /** What the model reads: [CLS], the stretch with masks, [SEP]. */
  ids: Int32Array;
  /** Where tokens are to be predicted, and which. */
  places: Int32Array;
  labels: Int32Array;
  /** Loss of the unigram distribution of the whole text at these tokens, nats a token. */
  unigram: number;
  /** Index of the text. */
  text: number;
}

/** Stretches of held-out text with 15 % of the tokens masked as in BERT's training; half as many for a control. */
export async function heldOutMasked(bench: Bench, count: number): Promise<MaskedRow[]> {
  const wanted = bench.condition === 'trained' ? count : count / 2;
  const texts = await textsOf('test', bench);
  return maskedRows(texts, await bench.specimen(), {
    count: Math.min(wanted, bench.sample ?? wanted),
    seed: bench.seed,
  });
}

export function maskedRows(
  texts: readonly { text: string }[],
  { tokenizer, positions }: Pick<Specimen, 'tokenizer' | 'positions'>,
  { count, seed }: { count: number; seed: number },
): MaskedRow[] {
  const length = Math.min(LONGEST, positions - 2);
  const draw = (count: number) => drawRows(texts, { tokenizer }, { count, length, seed });
  const frequency = new Map<number, number>();
  const all = draw(Number.POSITIVE_INFINITY);
  for (const { ids } of all) for (const id of ids) frequency.set(id, (frequency.get(id) ?? 0) + 1);
  const { cls, sep } = tokenizer.special;
  return draw(count).map(({ ids, text }, row) => {
    const batch = { ids: Int32Array.from([cls!, ...ids, sep!]) };
    const masked = maskTokens(batch, tokenizer, { seed: seedFrom(seed, 'masks of stretches', row) });
    const [places, labels] = [masked.positions, masked.labels].map((values) => values.slice(0, masked.count));
    const losses = Array.from(labels!, (label) => Math.log((all.length * length) / frequency.get(label)!));
    return {
      ids: masked.inputIds,
      places: places!,
      labels: labels!,
      unigram: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
      text,
    };
  });
}
