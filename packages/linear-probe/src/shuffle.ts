import { randomIndex } from '@interlayer/stats';

/** The items in an order that depends on the seed only (Fisher & Yates). */
export function shuffle<T>(items: readonly T[], seed: number): T[] {
  const draw = randomIndex(seed);
  const shuffled = items.slice();
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
  }
  return shuffled;
}
