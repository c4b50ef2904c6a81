/** @throws when a seed that others are derived from is not an integer. */
export function requireSeed(seed: number): void {
  if (!Number.isSafeInteger(seed)) throw new Error(`The seed is ${seed}; give an integer.`);
}
