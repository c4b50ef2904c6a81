/** One contestant of a benchmark: what is timed, and how. */
export interface Contestant {
  name: string;
  /** One timed run; resolves to its own measure in milliseconds where it knows better than the clock around it. */
  run(): Promise<number | undefined>;
}

/** The middle value; the mean of the two middle ones when there is no single one. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Times contestants in turn, A B C C B A A B C …, so that a machine whose speed drifts treats all alike, and none always
 * comes after the same other. The first `warmUp` rounds are not counted, and of each turn its first `settle` runs: until
 * then the caches hold what others left, and threads of theirs may spin.
 *
 * @returns milliseconds per contestant, one value per counted round
 */
export async function interleave(
  contestants: readonly Contestant[],
  { rounds = 7, warmUp = 2, settle = 0 }: { rounds?: number; warmUp?: number; settle?: number } = {},
): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = Object.fromEntries(contestants.map(({ name }) => [name, []]));
  for (let round = -warmUp; round < rounds; round++)
    for (const { name, run } of round % 2 ? contestants.toReversed() : contestants) {
      for (let i = 0; i < settle; i++) await run();
      const start = performance.now();
      const own = await run();
      const elapsed = performance.now() - start;
      if (round >= 0) times[name]!.push(typeof own === 'number' ? own : elapsed);
    }
  return times;
}
