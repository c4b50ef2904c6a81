/** A list of at most k entries for each column, best first: column c has the places c · k … c · k + counts[c] − 1. */
export interface TopLists {
  /** Entries of each list, 0 … k: [columns] */
  readonly counts: Int32Array;
  /** [columns · k], like the two below; entries beyond a list's end have no meaning. */
  readonly scores: Float64Array;
  /** The example that the row belongs to. */
  readonly examples: Int32Array | Float64Array;
  /** The place of the row in its example. */
  readonly positions: Int32Array | Float64Array;
}

export interface TopRowsOptions {
  columns: number;
  /** Rows kept for each column. */
  k: number;
  /** Which end of a column is kept, and comes first; `'largest'` unless set. */
  keep?: 'largest' | 'smallest';
  /** Keep only the best row of each example. Off unless set. */
  onePerExample?: boolean;
  /** Values below it (with `keep: 'smallest'`, values above its negative) do not count. −∞ unless set. */
  threshold?: number;
  /** Refuse infinite values too; NaN, which has no rank, always is. Off unless set. */
  finite?: boolean;
}

/** Thrown for a value that cannot be ranked, so that a caller can say where it comes from. */
export class UnrankableError extends Error {
  override name = 'UnrankableError';
  readonly column: number;
  readonly row: TopRow;

  constructor(column: number, row: TopRow) {
    super(
      `Column ${column} has ${row.score} at position ${row.position} of example ${row.example}, which has no rank.`,
    );
    this.column = column;
    this.row = row;
  }
}

/** One row of a column's list. */
export interface TopRow {
  score: number;
  example: number;
  position: number;
}

/**
 * The k rows with the largest value in each column, as rows arrive in any order, in memory of columns · k. Lists are sets
 * ordered by (value, example, position): ties go to the lower example, then the lower position, and a row that comes again
 * changes nothing. So neither the order of the rows nor repetitions matter, and lists of several parts merge exactly.
 *
 * k is small, so insertion into a sorted list beats a heap.
 */
export class TopRows {
  readonly columns: number;
  readonly k: number;
  /** The lists so far, which further rows change: copy what you keep. */
  readonly lists: TopLists;
  readonly #sign: 1 | -1;
  readonly #onePerExample: boolean;
  readonly #finite: boolean;
  /** What sign · value must reach in each column: the threshold, then the last entry of a full list. */
  readonly #bars: Float64Array;

  /**
   * @param lists Lists to start from, which are changed in place; empty ones unless given.
   * @throws when columns or k is not a positive integer, or lists have other lengths.
   */
  constructor(
    { columns, k, keep = 'largest', onePerExample = false, threshold = -Infinity, finite = false }: TopRowsOptions,
    lists?: TopLists,
  ) {
    for (const [name, value] of Object.entries({ columns, k })) {
      if (!Number.isSafeInteger(value) || value < 1)
        throw new Error(`${name} is ${value}; top rows need a positive integer.`);
    }
    this.lists = lists ?? emptyLists(columns, k);
    const { counts, scores, examples, positions } = this.lists;
    if (counts.length !== columns || [scores, examples, positions].some(({ length }) => length !== columns * k))
      throw new Error(`The lists to start from are not those of ${columns} columns with ${k} rows each.`);
    this.columns = columns;
    this.k = k;
    this.#sign = keep === 'largest' ? 1 : -1;
    this.#onePerExample = onePerExample;
    this.#finite = finite;
    this.#bars = Float64Array.from(counts, (count, column) =>
      count < k ? threshold : this.#sign * scores[column * k + k - 1],
    );
  }

  /**
   * Offers one value of a row; most fall short at once.
   * @throws UnrankableError when the value is NaN, or infinite where all must be finite.
   */
  offer(column: number, score: number, example: number, position: number): void {
    // Negated, so that a NaN does not pass unseen.
    if (!(this.#sign * score < this.#bars[column])) this.#insert(column, score, example, position);
  }

  /**
   * Offers the values of a row to the columns from `first` on.
   * @throws as {@link offer}; values before the one at fault have been taken.
   */
  offerRow(values: ArrayLike<number>, example: number, position: number, first = 0): void {
    const [sign, bars] = [this.#sign, this.#bars];
    for (let i = 0; i < values.length; i++) {
      const score = values[i];
      if (!(sign * score < bars[first + i])) this.#insert(first + i, score, example, position);
    }
  }

  /**
   * Takes in what another one has kept.
   * @throws when its columns or k differ.
   */
  merge(other: TopRows): this {
    if (other.columns !== this.columns || other.k !== this.k) {
      throw new Error(
        `The ${other.k} top rows of ${other.columns} columns cannot be merged into the ${this.k} of ${this.columns}.`,
      );
    }
    for (let column = 0; column < this.columns; column++) {
      for (const { score, example, position } of other.rowsOf(column)) this.offer(column, score, example, position);
    }
    return this;
  }

  /** The list of a column, best first. */
  rowsOf(column: number): TopRow[] {
    const { counts, scores, examples, positions } = this.lists;
    return Array.from({ length: counts[column] }, (_, i) => {
      const at = column * this.k + i;
      return { score: scores[at], example: examples[at], position: positions[at] };
    });
  }

  #insert(column: number, score: number, example: number, position: number): void {
    if (Number.isNaN(score) || (this.#finite && !Number.isFinite(score)))
      throw new UnrankableError(column, { score, example, position });
    const { counts, scores, examples, positions } = this.lists;
    const first = column * this.k;
    const count = counts[column];
    const full = count === this.k;
    if (full && !this.#precedes(score, example, position, first + count - 1)) return;
    // The place that becomes free: that of the same row or example, else a new one, else the last one.
    let at = this.#placeOf(first, first + count, example, position);
    if (at >= 0) {
      if (!this.#precedes(score, example, position, at)) return;
    } else if (full) at = first + count - 1;
    else {
      at = first + count;
      counts[column]++;
    }
    for (; at > first && this.#precedes(score, example, position, at - 1); at--) {
      scores[at] = scores[at - 1];
      examples[at] = examples[at - 1];
      positions[at] = positions[at - 1];
    }
    scores[at] = score;
    examples[at] = example;
    positions[at] = position;
    if (counts[column] === this.k) this.#bars[column] = this.#sign * scores[first + this.k - 1];
  }

  /** Whether a row stands before the one at a place. */
  #precedes(score: number, example: number, position: number, at: number): boolean {
    const { scores, examples, positions } = this.lists;
    if (score !== scores[at]) return this.#sign * score > this.#sign * scores[at];
    return example === examples[at] ? position < positions[at] : example < examples[at];
  }

  /** The place of the same row, or with `onePerExample` of the same example, in `from` … `to` − 1; −1 if it has none. */
  #placeOf(from: number, to: number, example: number, position: number): number {
    const { examples, positions } = this.lists;
    for (let at = from; at < to; at++)
      if (examples[at] === example && (this.#onePerExample || positions[at] === position)) return at;
    return -1;
  }
}

function emptyLists(columns: number, k: number): TopLists {
  return {
    counts: new Int32Array(columns),
    scores: new Float64Array(columns * k),
    examples: new Float64Array(columns * k),
    positions: new Float64Array(columns * k),
  };
}
