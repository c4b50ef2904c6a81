/** The named places of one block, in the order in which they fire. README.md says what stands at each. */
const attentionSites = [
  'input',
  'attention.input',
  'attention.query',
  'attention.key',
  'attention.value',
  'attention.scores',
  'attention.probabilities',
  'attention.context',
  'attention.output',
  'attention.sum',
  'middle',
] as const;
const feedForwardSites = ['ffn.input', 'ffn.preactivation', 'ffn.hidden', 'ffn.output', 'ffn.sum'] as const;

export type BlockSite = (typeof attentionSites)[number] | (typeof feedForwardSites)[number] | 'output';

/** A place in a stack of blocks; the number is the slot, the position in the stack as it runs. */
export type BlockPoint = `layers.${number}.${BlockSite}`;

/** Every point of a stack of blocks. `feedForward[slot]` says whether the block in that slot has a feed-forward block. */
export function stackPoints(feedForward: readonly boolean[]): BlockPoint[] {
  return feedForward.flatMap((present, slot) =>
    [...attentionSites, ...(present ? feedForwardSites : []), 'output' as const].map(
      (site): BlockPoint => `layers.${slot}.${site}`,
    ),
  );
}
