import type { Triggers } from './triggers';

/** A token of a trigger: the one that follows its prefix, or the last one of the prefix. */
export type TriggerToken = 'next' | 'last';

/** The token ids of an example, as the model read them. */
export type ExampleTokens = (example: number) => ArrayLike<number>;

/**
 * The token of each trigger of a layer: with `target: 'next'` the one that follows the prefix in its example (w in the paper's
 * definition of agreement), with `'last'` the last one of the prefix (what the authors' script seems to compare with).
 *
 * @param tokensOf token ids of an example; index 0 is what the model read at position 0, including a start token if it had one
 * @returns token ids, −1 if a cell has no such trigger or the example ends with the prefix: [cells · top]
 */
export function triggerTokens(
  triggers: Triggers,
  layer: number,
  tokensOf: ExampleTokens,
  target: TriggerToken = 'next',
): Int32Array {
  const { layers, cells, top, examples, positions } = triggers;
  if (!(layer >= 0 && layer < layers)) throw new Error(`There is no layer ${layer}; there are ${layers}, from 0.`);
  const first = layer * cells * top;
  return Int32Array.from({ length: cells * top }, (_, i) => {
    const position = positions[first + i]!;
    if (position < 0) return -1;
    const tokens = tokensOf(examples[first + i]!);
    if (position >= tokens.length)
      throw new Error(
        `A trigger ends at position ${position} of example ${examples[first + i]}, which has ${tokens.length} tokens; give the examples that were scanned.`,
      );
    return tokens[target === 'next' ? position + 1 : position] ?? -1;
  });
}
