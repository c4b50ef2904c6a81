import type { Placed } from './post-processor';

export interface PaddingOptions {
  /** The number of columns T, or `'longest'` for the length of the longest row. Default: `'longest'`. */
  padTo?: 'longest' | number;
  /** Which side of a row is padded. Default: `'right'`. */
  padSide?: 'left' | 'right';
  /** The padding id. Default: that of the pad token, or else of the end-of-text token. */
  padId?: number;
}

/** Encoded texts as the inputs of a model: row-major [B, T]. */
export interface BatchEncoding {
  ids: Int32Array;
  /** 1 = real token, 0 = padding. */
  mask: Int32Array;
  types: Int32Array;
  shape: [batch: number, length: number];
  /** Number of real tokens of each row. */
  lengths: Int32Array;
}

/** @throws when a row does not fit, or there is no padding id and a row needs one. */
export function createBatchEncoding(
  rows: readonly Placed[][],
  { padTo = 'longest', padSide = 'right', padId }: PaddingOptions,
): BatchEncoding {
  const longest = rows.reduce((length, row) => Math.max(length, row.length), 0);
  const length = padTo === 'longest' ? longest : padTo;
  if (!Number.isInteger(length) || length < longest) {
    throw new Error(
      `padTo is ${padTo}, but the longest row has ${longest} tokens. Give maxLength too (at most padTo), or a larger padTo.`,
    );
  }
  if (padId === undefined && rows.some((row) => row.length < length)) {
    throw new Error('The rows differ in length and this tokenizer has no pad token. Give padId.');
  }
  const size = rows.length * length;
  const batch: BatchEncoding = {
    ids: new Int32Array(size).fill(padId ?? 0),
    mask: new Int32Array(size),
    types: new Int32Array(size),
    shape: [rows.length, length],
    lengths: Int32Array.from(rows, (row) => row.length),
  };
  rows.forEach((row, r) => {
    const offset = r * length + (padSide === 'left' ? length - row.length : 0);
    row.forEach(({ id, type }, i) => {
      batch.ids[offset + i] = id;
      batch.mask[offset + i] = 1;
      batch.types[offset + i] = type;
    });
  });
  return batch;
}
