import { massAt } from './binomial-probability';
import { upperTail } from './tail';

/** Draws without replacement from a population of which some items are marked. */
export interface HypergeometricDraw {
  population: number;
  marked: number;
  draws: number;
}

/**
 * P(at least `observed` of the draws are marked): the exact one-sided p-value of Fisher's test. Probabilities below 1e-300
 * may come out as 0. Takes time in proportion to √draws.
 * @throws when the counts are not integers with 0 ≤ marked, draws ≤ population, or observed is not an integer in [0, draws].
 */
export function hypergeometricTail(observed: number, { population, marked, draws }: HypergeometricDraw): number {
  for (const [name, value] of Object.entries({ population, marked, draws, observed })) {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new Error(`${name} is ${value}; give an integer of at least 0.`);
  }
  if (marked > population || draws > population || observed > draws) {
    throw new Error(
      `There are ${observed} of ${draws} draws from ${population} items with ${marked} marked; nothing can be larger than what it is drawn from.`,
    );
  }
  const least = Math.max(0, draws - (population - marked));
  const most = Math.min(draws, marked);
  if (observed <= least) return 1;
  if (observed > most) return 0;
  // The distribution is symmetric in the two; the smaller one gives the smaller binomials.
  const [few, many] = draws < marked ? [draws, marked] : [marked, draws];
  const share = many / population;
  const distribution = {
    least,
    most,
    mode: Math.floor(((marked + 1) * (draws + 1)) / (population + 2)),
    // Three binomials of one probability, whose powers cancel: no digits are lost in a large population.
    at: (k: number) =>
      massAt(k, few, share) * (massAt(many - k, population - few, share) / massAt(many, population, share)),
    step: (k: number) => ((few - k) / (k + 1)) * ((many - k) / (population - few - many + k + 1)),
  };
  return upperTail(distribution, observed);
}
