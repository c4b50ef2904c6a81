/** One contestant in a benchmark. */
export interface Contestant {
  name: string;
  /** One timed run; may resolve to its own measurement in milliseconds, which then replaces the clock's. */
  run(): Promise<number | undefined>;
}

/**
 * Times contestants in turn, A B C C B A A B C …, so that a drift in the machine's speed affects all alike and none always
 * follows the same other. The first `warmUp` rounds are not counted, nor the first `settle` runs of each turn: until then the
 * caches hold what others left there, and others' threads may still spin.
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
