import { insertTrigger } from './insert-trigger';
import { type Matrix, requireFilled } from './matrix';
import { noTriggers, type TriggerOptions, type Triggers } from './triggers';

/** Scores of some positions at one layer. */
export interface TriggerBlock {
  /** Counted from 0. */
  layer: number;
  /**
   * What is ranked, one row a position: the pre-activations x · k + b (or, with ReLU, the coefficients: they are equal
   * where positive, and nothing else counts); for gated blocks the coefficients. [positions, cells]
   */
  scores: Matrix;
  /** The example that each row is from, counted from 0 over the whole corpus, also where it is scanned in shards: [positions] */
  examples: ArrayLike<number>;
  /**
   * The place of each row in its example; rows with a negative one (padding) are left out: [positions]. Or the place of each
   * score, where a row holds the best score of each cell over a whole example: [positions · cells], for `dedupe: 'sentence'`
   */
  positions: ArrayLike<number>;
}

export interface TriggerScan {
  /**
   * Offers a block of positions. Order does not matter, and a position that comes again changes nothing.
   * @throws when a shape does not fit or a score is not a number
   */
  add(block: TriggerBlock): void;
  /** What has been found so far: a copy that later blocks do not change. */
  result(): Triggers;
}

type ScanOptions = Pick<TriggerOptions, 'layers' | 'cells'> & Partial<TriggerOptions>;

/**
 * Finds the trigger examples of all keys of all layers in one pass over a corpus of any length, in memory of
 * layers · cells · top. For each key it keeps the `top` prefixes with the largest scores; only positive ones count (with
 * `side: 'negative'` only negative ones, most negative first), ties go to the lower example, then the lower position.
 *
 * The pre-activation is ranked, not the coefficient (Geva et al. 2021, section 3): with ReLU, GELU and SiLU that is the
 * same order wherever it is positive.
 *
 * @param options `top` is 50, `dedupe` `'sentence'`, `side` `'positive'` unless given; a `Triggers` goes on from there
 */
export function createTriggerScan(options: ScanOptions | Triggers): TriggerScan {
  const found = noTriggers({ top: 50, dedupe: 'sentence', side: 'positive', about: '', ...options });
  const { cells, top, counts, scores } = found;
  if ('counts' in options)
    for (const field of ['counts', 'scores', 'examples', 'positions'] as const) found[field].set(options[field]);
  const sign = found.side === 'positive' ? 1 : -1;
  // What a score has to reach: anything positive, then the weakest trigger of a full list.
  const bars = Float64Array.from(counts, (count, key) =>
    count < top ? Number.MIN_VALUE : sign * scores[key * top + top - 1]!,
  );

  const offer = (key: number, score: number, example: number, position: number) => {
    if (position < 0) return;
    if (!Number.isFinite(score))
      throw new Error(
        `The score of cell ${key % cells} of layer ${Math.floor(key / cells)} is ${score} at position ${position} of example ${example}; a scan needs finite numbers.`,
      );
    if (insertTrigger(found, key, score, example, position) && counts[key] === top)
      bars[key] = sign * scores[key * top + top - 1]!;
  };

  return {
    add(block) {
      requireFits(block, found);
      const { layer, examples, positions } = block;
      const { data, rows } = block.scores;
      const first = layer * cells;
      const one = positions.length === rows;
      for (let row = 0; row < rows; row++) {
        if (one && positions[row]! < 0) continue;
        const start = row * cells;
        for (let cell = 0; cell < cells; cell++) {
          const score = data[start + cell]!;
          // Almost every score stops here. Turned round, so that a NaN does not.
          if (!(sign * score < bars[first + cell]!))
            offer(first + cell, score, examples[row]!, positions[one ? row : start + cell]!);
        }
      }
    },
    result() {
      const copy = { ...found };
      for (const field of ['counts', 'examples', 'positions'] as const) copy[field] = found[field].slice();
      copy.scores = scores.slice();
      return copy;
    },
  };
}

function requireFits(
  { layer, scores, examples, positions }: TriggerBlock,
  { layers, cells, dedupe }: TriggerOptions,
): void {
  if (!Number.isInteger(layer) || layer < 0 || layer >= layers)
    throw new Error(`The block is of layer ${layer}; this scan has ${layers} layers, counted from 0.`);
  requireFilled('scores', scores);
  if (scores.columns !== cells)
    throw new Error(`The block has scores of ${scores.columns} cells; this scan has ${cells} a layer.`);
  const { rows } = scores;
  const perCell = rows > 0 && cells > 1 && positions.length === rows * cells;
  if (perCell && dedupe !== 'sentence')
    throw new Error("A block with a position for each score holds one place an example; this scan has dedupe 'none'.");
  if (!perCell && positions.length !== rows)
    throw new Error(`positions has ${positions.length} values for ${rows} rows of scores; give one per row.`);
  if (examples.length !== rows)
    throw new Error(`examples has ${examples.length} values for ${rows} rows of scores; give one per row.`);
  for (let i = 0; i < positions.length; i++)
    if ((positions[i]! | 0) !== positions[i])
      throw new Error(`positions[${i}] is ${positions[i]}; it needs to be a whole number below 2^31.`);
  for (let row = 0; row < rows; row++) {
    const [example, position] = [examples[row]!, positions[perCell ? row * cells : row]!];
    if ((example | 0) !== example || (example < 0 && position >= 0))
      throw new Error(`examples[${row}] is ${example}; it needs to be a whole number below 2^31, from 0.`);
  }
}
