import { type Matrix, requireFinite } from '@interlayer/linalg';

/** Which cells of a map count. */
export interface CellOptions {
  /** `lower`: only sources at or before the target, for causal models, whose other cells are all 0. Default `all`. */
  cells?: 'all' | 'lower';
  /** Whether a token's contribution to itself counts. Default true. */
  diagonal?: boolean;
  /** Whether a token counts, as target and as source: [n] of 0 or 1 (special tokens, padding). Default: all. */
  tokens?: ArrayLike<number | boolean>;
}

/** The indices into a map's data of the cells that count, by target, in order. */
export function cellsByTarget(n: number, { cells = 'all', diagonal = true, tokens }: CellOptions): number[][] {
  if (cells !== 'all' && cells !== 'lower') throw new Error(`cells is "${cells}"; it must be "all" or "lower".`);
  if (tokens && tokens.length !== n) throw new Error(`tokens has ${tokens.length} values for ${n} tokens.`);
  const counted = [...Array(n).keys()].filter((token) => !tokens || tokens[token]);
  return counted.map((target) =>
    counted
      .filter((source) => (cells === 'all' || source <= target) && (diagonal || source !== target))
      .map((source) => target * n + source),
  );
}

/** @throws when two maps are not square, finite and of the same size. */
export function requireMaps(before: Matrix, after: Matrix): void {
  for (const [name, map] of Object.entries({ before, after })) {
    requireFinite(name, map);
    if (map.rows !== map.columns)
      throw new Error(`${name} is ${map.rows} × ${map.columns}; a map has as many sources as targets.`);
  }
  if (before.rows !== after.rows)
    throw new Error(`before has ${before.rows} tokens and after has ${after.rows}; compare maps of the same tokens.`);
}
