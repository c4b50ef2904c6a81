/** The named places of one block, in the order in which they fire. README.md says what stands at each. */
const projected = ['input', 'attention.input', 'attention.query', 'attention.key', 'attention.value'] as const;
const rotated = ['attention.query.rotated', 'attention.key.rotated'] as const;
const attended = [
  'attention.scores',
  'attention.probabilities',
  'attention.context',
  'attention.output',
  'attention.sum',
  'middle',
] as const;
const plain = ['ffn.preactivation'] as const;
const gated = ['ffn.gate', 'ffn.up'] as const;
const fed = ['ffn.hidden', 'ffn.output', 'ffn.sum'] as const;

/** A place in a block. No block has all of them: see {@link stackPoints}. */
export type BlockSite =
  | (typeof projected)[number]
  | (typeof rotated)[number]
  | (typeof attended)[number]
  | 'ffn.input'
  | (typeof plain)[number]
  | (typeof gated)[number]
  | (typeof fed)[number]
  | 'output';

/** A place in a stack of blocks; the number is the slot, the position in the stack as it runs. */
export type BlockPoint = `layers.${number}.${BlockSite}`;

/**
 * Every point of a stack of blocks, in order. `feedForward[slot]` says whether the block in that slot has a feed-forward
 * block; the options, whether these are gated, and whether queries and keys are turned by their positions.
 */
export function stackPoints(
  feedForward: readonly boolean[],
  options: { gated?: boolean; rotary?: boolean } = {},
): BlockPoint[] {
  const feedForwardSites = ['ffn.input', ...(options.gated ? gated : plain), ...fed] as const;
  return feedForward.flatMap((present, slot) =>
    [
      ...projected,
      ...(options.rotary ? rotated : []),
      ...attended,
      ...(present ? feedForwardSites : []),
      'output' as const,
    ].map((site): BlockPoint => `layers.${slot}.${site}`),
  );
}
