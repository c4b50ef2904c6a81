/** Which token of a prefix is left out. */
export type Mutation = 'first' | 'last' | 'random';

export const mutations: readonly Mutation[] = ['first', 'last', 'random'];

export interface MutateOptions {
  /** Tokens at the start that are never left out, such as a start token; 0 unless given. */
  keep?: number;
  /** Uniform numbers of [0, 1), for `random` only. */
  random?: () => number;
}

/**
 * A prefix without one of its tokens (Geva et al. 2021, section 3: how much does a key care about the start and the end of
 * what triggers it?). Score it again and compare by {@link relativeChange}.
 *
 * @param prefix token ids
 * @throws when fewer than two tokens could be left out: what would remain of a one-token prefix is no prefix
 */
export function mutatePrefix(
  prefix: ArrayLike<number>,
  mutation: Mutation,
  { keep = 0, random }: MutateOptions = {},
): Int32Array {
  const choices = prefix.length - keep;
  if (!(choices >= 2))
    throw new Error(
      `A prefix of ${prefix.length} tokens of which ${keep} are kept cannot be mutated; it needs two that could be left out. Skip it.`,
    );
  if (mutation === 'random' && !random)
    throw new Error('The mutation "random" needs a source of random numbers; give { random }.');
  const at = { first: () => 0, last: () => choices - 1, random: () => Math.floor(random!() * choices) }[mutation];
  if (!at) throw new Error(`There is no mutation "${mutation}"; known ones are ${mutations.join(', ')}.`);
  const left = keep + at();
  return Int32Array.from(prefix).filter((_, i) => i !== left);
}

/**
 * By how much of itself a coefficient has changed: −1 where it is gone, 0 where it is what it was. With ReLU coefficients (not
 * pre-activations) it is never below −1.
 * @throws when the coefficient was 0 before, or one is not finite
 */
export function relativeChange(before: number, after: number): number {
  if (before === 0 || !Number.isFinite(before) || !Number.isFinite(after))
    throw new Error(
      `A coefficient went from ${before} to ${after}; a relative change needs finite ones, the first not 0.`,
    );
  return (after - before) / before;
}
