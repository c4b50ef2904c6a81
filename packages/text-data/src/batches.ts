import { seedFrom } from '@interlayer/stats';
import { shuffle } from './shuffle';

/** One example: an `Encoding`, a packed block, or anything else with ids. */
export interface Row {
  ids: ArrayLike<number>;
  /** Segment of each token. Default: 0. */
  types?: ArrayLike<number>;
}

export interface BatchesOptions {
  /** The number of rows B of a batch. */
  batchSize: number;
  /** Shuffles the rows anew in every epoch. Default: the rows keep their order. */
  seed?: number;
  /** The id that rows are padded with on the right; required if rows differ in length. */
  padId?: number;
  /**
   * Row lengths are rounded up to a multiple of this, and only rows with the same rounded length share a batch, which keeps
   * shapes few and padding small. Default: every batch has the length of the longest row.
   */
  bucket?: number;
  /** Whether to leave out the one batch of an epoch that has fewer rows. Default: false. */
  dropLast?: boolean;
}

/** The position in a run through the batches: the batch that comes next. */
export interface Cursor {
  epoch: number;
  index: number;
}

/** Inputs of a model as typed arrays, row-major [B, T]. */
export interface TokenBatch extends Cursor {
  ids: Int32Array;
  /** 1 = real token, 0 = padding. */
  mask: Int32Array;
  types: Int32Array;
  shape: [batch: number, length: number];
  /** Indices of the rows in the batch. */
  rows: Int32Array;
}

export interface Batches {
  /** Number of batches in each epoch. */
  readonly perEpoch: number;
  /** The distinct shapes of batches, shorter ones first. */
  readonly shapes: [batch: number, length: number][];
  /** The batch that comes next. Pass it to `seek` of batches with the same rows and options to resume there. */
  readonly cursor: Cursor;
  seek(cursor: Cursor): void;
  /** The next batch; the last one of an epoch is followed by the first of the next. */
  next(): TokenBatch;
  /** The remaining batches of the current epoch. */
  epoch(): Generator<TokenBatch, void, undefined>;
}

interface Plan {
  rows: number[];
  length: number;
}

/**
 * Creates endless batches of rows, epoch after epoch. Their order depends only on the lengths of the rows, the options
 * and the epoch, so after `seek` the batches are those of an uninterrupted run. Rows that do not fill a batch of their
 * length move to the next longer ones, so at most one batch of an epoch is smaller.
 *
 * @throws when there are no rows (or, with `dropLast`, fewer than a batch), a row is empty, or `padId` is missing but needed.
 */
export function createBatches(rows: readonly Row[], options: BatchesOptions): Batches {
  const { batchSize, seed, padId, bucket, dropLast = false } = options;
  for (const [name, value] of [['batchSize', batchSize] as const, ['bucket', bucket ?? 1] as const]) {
    if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a positive integer; it is ${value}.`);
  }
  const empty = rows.findIndex(({ ids }) => ids.length === 0);
  if (empty >= 0) throw new Error(`Row ${empty} has no tokens. Leave empty rows out.`);
  const longest = rows.reduce((length, { ids }) => Math.max(length, ids.length), 0);
  const lengthOf = ({ ids }: Row) => (bucket === undefined ? longest : Math.ceil(ids.length / bucket) * bucket);

  function planOf(epoch: number): Plan[] {
    const order = rows.map((_, row) => row);
    if (seed !== undefined) shuffle(order, seedFrom(seed, 'rows', epoch));
    const buckets = new Map<number, number[]>();
    for (const row of order) {
      const length = lengthOf(rows[row]!);
      const members = buckets.get(length);
      if (members) members.push(row);
      else buckets.set(length, [row]);
    }
    const plan: Plan[] = [];
    let left: number[] = [];
    let length = 0;
    for (const next of [...buckets.keys()].sort((a, b) => a - b)) {
      length = next;
      const members = [...left, ...buckets.get(next)!];
      const full = members.length - (members.length % batchSize);
      for (let start = 0; start < full; start += batchSize)
        plan.push({ rows: members.slice(start, start + batchSize), length });
      left = members.slice(full);
    }
    if (left.length > 0 && !dropLast) plan.push({ rows: left, length });
    if (seed === undefined) return plan;
    return shuffle(
      plan.map((_, i) => i),
      seedFrom(seed, 'batches', epoch),
    ).map((i) => plan[i]!);
  }

  let epoch = 0;
  let index = 0;
  let plan = planOf(0);
  let planned = 0;
  const perEpoch = plan.length;
  if (perEpoch === 0) {
    throw new Error(
      `${rows.length} rows make no batch of ${batchSize}${dropLast ? ' (dropLast leaves smaller ones out)' : ''}.`,
    );
  }
  if (padId === undefined && plan.some((batch) => batch.rows.some((row) => rows[row]!.ids.length < batch.length))) {
    throw new Error('Some rows are shorter than their batch. Give padId, the id of the padding token.');
  }

  const shapes = plan
    .map(({ rows, length }): [number, number] => [rows.length, length])
    .filter(([B, T], i, all) => all.findIndex(([b, t]) => b === B && t === T) === i)
    .sort(([b1, t1], [b2, t2]) => t1 - t2 || b2 - b1);

  function next(): TokenBatch {
    if (planned !== epoch) {
      plan = planOf(epoch);
      planned = epoch;
    }
    const { rows: members, length } = plan[index]!;
    const size = members.length * length;
    const batch: TokenBatch = {
      ids: new Int32Array(size).fill(padId ?? 0),
      mask: new Int32Array(size),
      types: new Int32Array(size),
      shape: [members.length, length],
      rows: Int32Array.from(members),
      epoch,
      index,
    };
    members.forEach((row, i) => {
      const { ids, types } = rows[row]!;
      batch.ids.set(ids, i * length);
      batch.mask.fill(1, i * length, i * length + ids.length);
      if (types) batch.types.set(types, i * length);
    });
    index++;
    if (index === perEpoch) {
      epoch++;
      index = 0;
    }
    return batch;
  }

  return {
    perEpoch,
    shapes,
    get cursor() {
      return { epoch, index };
    },
    seek(cursor) {
      if (
        !Number.isInteger(cursor.epoch) ||
        cursor.epoch < 0 ||
        !Number.isInteger(cursor.index) ||
        cursor.index < 0 ||
        cursor.index >= perEpoch
      ) {
        throw new Error(
          `There is no batch at epoch ${cursor.epoch}, index ${cursor.index}: epochs count from 0 and have ${perEpoch} batches. ` +
            'A saved cursor is valid only for the same rows and options.',
        );
      }
      ({ epoch, index } = cursor);
    },
    next,
    *epoch() {
      const current = epoch;
      while (epoch === current) yield next();
    },
  };
}
