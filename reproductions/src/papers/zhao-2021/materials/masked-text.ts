import { maskTokens, seedFrom } from '@interlayer/text-data';
import type { Bench } from '../../../materials/material';
import type { Specimen } from '../../../subjects/specimen';
import { type AskedRow, askedRows, countOf } from './asked-rows';
import { LONGEST, textsOf } from './sample';

/** Stretches of held-out text with 15 % of the tokens masked as in BERT's training; half as many for a control. */
export async function heldOutMasked(bench: Bench, count: number): Promise<AskedRow[]> {
  const texts = await textsOf('test', bench);
  return maskedRows(texts, await bench.specimen(), { count: countOf(bench, count), seed: bench.seed });
}

/** Each row: [CLS], the stretch with masks, [SEP]. */
export function maskedRows(
  texts: readonly { text: string }[],
  specimen: Pick<Specimen, 'tokenizer' | 'positions'>,
  { count, seed }: { count: number; seed: number },
): AskedRow[] {
  const { tokenizer, positions } = specimen;
  const { cls, sep } = tokenizer.special;
  const length = Math.min(LONGEST, positions - 2);
  return askedRows(texts, specimen, { count, length, seed }, (stretch, row) => {
    const batch = { ids: Int32Array.from([cls!, ...stretch, sep!]) };
    const masked = maskTokens(batch, tokenizer, { seed: seedFrom(seed, 'masks of stretches', row) });
    const [places, labels] = [masked.positions, masked.labels].map((values) => values.slice(0, masked.count));
    return { ids: masked.inputIds, places: places!, labels: labels! };
  });
}
