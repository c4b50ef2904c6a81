import { seedFrom } from '@interlayer/stats';
import { shuffle } from './shuffle';

/** One example: an `Encoding` or a packed block will do. */
export interface Row {
  ids: ArrayLike<number>;
  /** Segment of each token; 0 unless given. */
  types?: ArrayLike<number>;
}

export interface BatchesOptions {
  /** Rows B of a batch. */
  batchSize: number;
  /** Orders the rows anew in every epoch; rows stay in their order where it is not given. */
  seed?: number;
  /** Id that fills rows up on the right; needed when rows differ in length. */
  padId?: number;
  /**
   * Lengths are rounded up to a multiple of this, and only rows of one rounded length share a batch, so there are few shapes
   * and little padding. Without it all batches have the length of the longest row.
   */
  bucket?: number;
  /** Whether to leave out the one batch of an epoch that has fewer rows; false unless given. */
  dropLast?: boolean;
}

/** Where a run through the batches is: the batch that comes next. */
export interface Cursor {
  epoch: number;
  index: number;
}

/** Typed inputs of a model, row-major [B, T]. */
export interface TokenBatch extends Cursor {
  ids: Int32Array;
  /** 1 = real token, 0 = padding. */
  mask: Int32Array;
  types: Int32Array;
  shape: [batch: number, length: number];
  /** Which of the given rows these are. */
  rows: Int32Array;
}

export interface Batches {
  /** Number of batches of an epoch, the same for every epoch. */
  readonly perEpoch: number;
  /** The distinct shapes that occur, shorter ones first. */
  readonly shapes: [batch: number, length: number][];
  /** The batch that comes next; give it to `seek` of equal batches to go on from there. */
  readonly cursor: Cursor;
  seek(cursor: Cursor): void;
  /** The next batch; after the last one of an epoch the first of the next. */
  next(): TokenBatch;
  /** The rest of the current epoch; ends with the cursor at the start of the next. */
  epoch(): Generator<TokenBatch, void, undefined>;
}

interface Plan {
  rows: number[];
  length: number;
}

/**
 * Endless batches of rows in epochs. The order depends on the rows' lengths, the options and the epoch only: after `seek` the
 * same batches follow as in a run that was never interrupted. Rows that do not fill a batch of their length go with the next
 * longer ones, so at most one batch of an epoch is smaller.
 *
 * @throws when there are no rows (or fewer than a batch with `dropLast`), a row is empty, or padding is needed without `padId`.
 */
export function createBatches(rows: readonly Row[], options: BatchesOptions): Batches {
  const { batchSize, seed, padId, bucket, dropLast = false } = options;
  for (const [name, value] of [['batchSize', batchSize] as const, ['bucket', bucket ?? 1] as const]) {
    if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a positive integer; it is ${value}.`);
  }
  const empty = rows.findIndex(({ ids }) => ids.length === 0);
  if (empty >= 0) throw new Error(`Row ${empty} has no tokens; leave empty rows out.`);
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
    throw new Error('Rows are shorter than their batch: give padId, the id of the padding token.');
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
          `No batch is at epoch ${cursor.epoch}, index ${cursor.index}: epochs count from 0 and have ${perEpoch} batches here. ` +
            'A saved cursor fits only the same rows and options.',
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
