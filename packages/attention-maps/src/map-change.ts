import type { Matrix } from '@interlayer/linalg';
import { mean, spearman } from '@interlayer/stats';
import { type CellOptions, cellsByTarget, requireMaps } from './cells';

export interface MapChangeOptions extends CellOptions {
  /**
   * `map`: one correlation over all cells, which sees order within targets and scale across them; `target`: the mean of one
   * correlation for each target, which sees only order. Default `map`.
   */
  by?: 'map' | 'target';
}

export interface MapChange {
  /** 1 − ρ, in [0, 2]: 0 where the order of cells is the same. Null where no correlation is defined. */
  value: number | null;
  /** Why `value` is null. */
  degenerate?: string;
  /** Targets that have no correlation of their own, because they have fewer than two cells or constant ones; 0 by `map`. */
  skippedTargets: number;
}

/**
 * How much the order of contributions differs between two maps of the same tokens: 1 − Spearman's ρ, ties by mean ranks
 * (Kobayashi et al. 2024). A constant map has no order, so the change is degenerate rather than 0.
 *
 * @param before map: [n, n]
 * @param after map: [n, n]
 * @throws when a map is not square or not finite, or the two differ in size.
 */
export function mapChange(before: Matrix, after: Matrix, { by = 'map', ...options }: MapChangeOptions = {}): MapChange {
  requireMaps(before, after);
  if (by !== 'map' && by !== 'target') throw new Error(`by is "${by}"; it must be "map" or "target".`);
  const targets = cellsByTarget(before.rows, options);
  const groups = by === 'map' ? [targets.flat()] : targets;
  const values = groups.flatMap((cells) => {
    const [a, b] = [before, after].map(({ data }) => cells.map((cell) => data[cell]));
    const rho = cells.length < 2 ? Number.NaN : spearman(a, b);
    return Number.isNaN(rho) ? [] : [1 - rho];
  });
  const skippedTargets = by === 'map' ? 0 : groups.length - values.length;
  if (values.length > 0) return { value: mean(values), skippedTargets };
  const degenerate = groups.every((cells) => cells.length < 2) ? 'fewer than two cells' : 'a map is constant';
  return { value: null, degenerate: by === 'map' ? degenerate : `${degenerate}, for each target`, skippedTargets };
}
