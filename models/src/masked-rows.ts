import type { Tokenizer } from '@interlayer/tokenizer';

/**
 * An address as rows of `length` tokens: `[CLS]`, `length − 2` tokens of its text, `[SEP]`. An incomplete last row is dropped.
 * @param tokens the address, with or without special tokens
 */
export function maskedRows(
  tokens: Int32Array,
  length: number,
  { special, specialIds }: Pick<Tokenizer, 'special' | 'specialIds'>,
): { ids: Int32Array }[] {
  const { cls, sep } = special;
  if (cls === undefined || sep === undefined) throw new Error('masked rows need a tokenizer with [CLS] and [SEP]');
  if (!(Number.isInteger(length) && length > 2))
    throw new Error(`length is ${length}; expected an integer of at least 3`);
  const text = tokens.filter((id) => !specialIds.includes(id));
  const inner = length - 2;
  return Array.from({ length: Math.floor(text.length / inner) }, (_, i) => ({
    ids: Int32Array.of(cls, ...text.subarray(i * inner, (i + 1) * inner), sep),
  }));
}

/** Predictions of a batch: any token of a row but [CLS] and [SEP] can be masked, so that all batches have as many. */
export const predictionsOf = (rate: number, batch: number, length: number): number =>
  Math.max(1, Math.round(rate * batch * (length - 2)));
