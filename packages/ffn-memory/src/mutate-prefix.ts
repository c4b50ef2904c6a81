/** Which token of a prefix is removed. */
export type Mutation = 'first' | 'last' | 'random';

export const mutations: readonly Mutation[] = ['first', 'last', 'random'];

export interface MutateOptions {
  /** Number of tokens at the start that are never removed, such as a start token; 0 unless given. */
  keep?: number;
  /** Uniform numbers in [0, 1), for `random` only. */
  random?: () => number;
}

/**
 * A prefix without one of its tokens (Geva et al. 2021, section 3: how much does a key depend on the start and the end of what
 * triggers it?). Score it again and compare by {@link relativeChange}.
 *
 * @param prefix token ids
 * @throws when fewer than two tokens could be removed: nothing would remain of a one-token prefix
 */
export function mutatePrefix(
  prefix: ArrayLike<number>,
  mutation: Mutation,
  { keep = 0, random }: MutateOptions = {},
): Int32Array {
  const choices = prefix.length - keep;
  if (!(choices >= 2))
    throw new Error(
      `A prefix of ${prefix.length} tokens, ${keep} of them kept, cannot be mutated; it needs two that could be removed. Skip it.`,
    );
  if (mutation === 'random' && !random)
    throw new Error('The mutation "random" needs a source of random numbers; give { random }.');
  const at = { first: () => 0, last: () => choices - 1, random: () => Math.floor(random!() * choices) }[mutation];
  if (!at) throw new Error(`There is no mutation "${mutation}"; known ones are ${mutations.join(', ')}.`);
  const removed = keep + at();
  return Int32Array.from(prefix).filter((_, i) => i !== removed);
}

/**
 * The relative change of a coefficient: −1 if it is gone, 0 if it is the same. With ReLU coefficients (not pre-activations) it is
 * never below −1.
 * @throws when the coefficient was 0 before, or one is not finite
 */
export function relativeChange(before: number, after: number): number {
  if (before === 0 || !Number.isFinite(before) || !Number.isFinite(after))
    throw new Error(
      `A coefficient went from ${before} to ${after}; a relative change needs two finite ones, the first not 0.`,
    );
  return (after - before) / before;
}
