import { type Matrix, requireMatrix, TopRows, UnrankableError } from '@interlayer/linalg';
import { copyTriggers, noTriggers, type TriggerOptions, type Triggers } from './triggers';

/** Scores of some positions at one layer. */
export interface TriggerBlock {
  /** Counted from 0. */
  layer: number;
  /**
   * What is ranked, one row a position: the pre-activations x · k + b (or, with ReLU, the coefficients: they are equal
   * where positive, and nothing else counts); for gated blocks the coefficients. [positions, cells]
   */
  scores: Matrix;
  /** The example that each row is from, counted from 0 over the whole corpus, even if it is scanned in shards: [positions] */
  examples: ArrayLike<number>;
  /**
   * The place of each row in its example; rows with a negative one (padding) are left out: [positions]. Or, for
   * `dedupe: 'sentence'`, the place of each score, if a row holds the best score of each cell over a whole example:
   * [positions · cells]
   */
  positions: ArrayLike<number>;
}

export interface TriggerScan {
  /**
   * Offers a block of positions. Their order does not matter, and a position that is offered again changes nothing.
   * @throws when a shape does not fit or a score is not a number
   */
  add(block: TriggerBlock): void;
  /** The triggers so far: a copy that later blocks do not change. */
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
 * @param options `top` is 50, `dedupe` `'sentence'`, `side` `'positive'` unless given; a `Triggers` is continued
 */
export function createTriggerScan(options: ScanOptions | Triggers): TriggerScan {
  const triggers =
    'counts' in options
      ? copyTriggers(options)
      : noTriggers({ top: 50, dedupe: 'sentence', side: 'positive', about: '', ...options });
  const { cells } = triggers;
  const rows = topRowsOf(triggers);
  return {
    add(block) {
      requireFits(block, triggers);
      const { layer, scores, examples, positions } = block;
      const onePlace = positions.length === scores.rows;
      try {
        for (let row = 0; row < scores.rows; row++) {
          const [start, example] = [row * cells, examples[row]!];
          if (onePlace) {
            if (positions[row]! < 0) continue;
            rows.offerRow(scores.data.subarray(start, start + cells), example, positions[row]!, layer * cells);
          } else {
            for (let cell = 0; cell < cells; cell++) {
              const position = positions[start + cell]!;
              if (position >= 0) rows.offer(layer * cells + cell, scores.data[start + cell]!, example, position);
            }
          }
        }
      } catch (error) {
        if (!(error instanceof UnrankableError)) throw error;
        const { score, example, position } = error.row;
        throw new Error(
          `The score of cell ${error.column % cells} of layer ${layer} is ${score} at position ${position} of example ${example}; a scan needs finite numbers.`,
        );
      }
    },
    result: () => copyTriggers(triggers),
  };
}

/** The lists of triggers as top rows, one column a key, which change them in place. Only scores beyond 0 count. */
export function topRowsOf({ layers, cells, top, side, dedupe, ...lists }: Triggers): TopRows {
  const options = {
    columns: layers * cells,
    k: top,
    keep: side === 'positive' ? ('largest' as const) : ('smallest' as const),
    onePerExample: dedupe === 'sentence',
    threshold: Number.MIN_VALUE,
    finite: true,
  };
  return new TopRows(options, lists);
}

function requireFits(
  { layer, scores, examples, positions }: TriggerBlock,
  { layers, cells, dedupe }: TriggerOptions,
): void {
  if (!Number.isInteger(layer) || layer < 0 || layer >= layers)
    throw new Error(`The block is of layer ${layer}; this scan has ${layers} layers, counted from 0.`);
  requireMatrix('scores', scores);
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
