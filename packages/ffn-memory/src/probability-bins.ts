/** Cells whose values are about equally sharp. */
export interface ProbabilityBin {
  /** Smallest and largest probability of the bin's range, or of its cells if bins are equally full. */
  from: number;
  to: number;
  cells: number;
  agreeing: number;
}

export interface ProbabilityBinsOptions {
  bins?: number;
  /** `width`: ranges of equal length, as in the paper's figure 6. `count`: equally many cells in each, to within one. */
  by?: 'width' | 'count';
}

/**
 * Sorts cells into bins by the largest probability of their value's distribution, and counts how many in each agree with their
 * key's trigger: do sharp values predict better (Geva et al. 2021, figure 6)? Bins of equal width can be empty.
 *
 * @param probability largest probability of each value (`readout`): [cells]
 * @param agrees `agreement`: [cells]
 * @param options 8 bins of equal width unless given
 */
export function probabilityBins(
  probability: ArrayLike<number>,
  agrees: ArrayLike<boolean>,
  { bins = 8, by = 'width' }: ProbabilityBinsOptions = {},
): ProbabilityBin[] {
  const n = probability.length;
  if (n === 0 || agrees.length !== n)
    throw new Error(`There are ${n} probabilities and ${agrees.length} agreements; give one of each per cell.`);
  if (!Number.isInteger(bins) || bins < 1)
    throw new Error(`bins is ${bins}; it needs to be a whole number of at least 1.`);
  const order = Array.from({ length: n }, (_, cell) => cell).sort((a, b) => probability[a]! - probability[b]! || a - b);
  const [least, most] = [probability[order[0]!]!, probability[order[n - 1]!]!];
  const edge = (bin: number) => (bin === bins ? most : least + ((most - least) * bin) / bins);
  const result = Array.from({ length: bins }, (_, bin) => ({
    from: edge(bin),
    to: edge(bin + 1),
    cells: 0,
    agreeing: 0,
  }));
  for (const [rank, cell] of order.entries()) {
    const p = probability[cell]!;
    const bin =
      by === 'count'
        ? Math.floor((rank * bins) / n)
        : Math.min(bins - 1, Math.floor(((p - least) / (most - least || 1)) * bins));
    const target = result[bin]!;
    if (by === 'count') {
      if (target.cells === 0) target.from = p;
      target.to = p;
    }
    target.cells++;
    if (agrees[cell]) target.agreeing++;
  }
  return result;
}
