import type { Pattern } from './pattern-candidates';

/** How many prefixes of a corpus have each of some patterns. */
export interface PatternFrequencies {
  /** Prefixes of the corpus: as many as its tokens, since each token ends one. */
  prefixes: number;
  /** Those that have the pattern; 0 for a pattern that was not counted. */
  of(pattern: Pattern): number;
}

/** A node of the tree of suffixes to count, read from the last token backwards. */
interface Suffix {
  count: number;
  before: Map<number, Suffix>;
}

/**
 * Counts patterns over all prefixes of all sentences of a corpus, in one pass. Only these patterns take memory.
 *
 * @param corpus sentences of token ids, read once
 * @param longestSuffix as in {@link patternCandidates}
 */
export function patternFrequencies(
  patterns: Iterable<Pattern>,
  corpus: Iterable<ArrayLike<number>>,
  longestSuffix = 3,
): PatternFrequencies {
  const root: Suffix = { count: 0, before: new Map() };
  // For each content token, its count and the last sentence in which it was seen.
  const content = new Map<number, { count: number; seen: number }>();
  for (const { kind, tokens } of patterns) {
    if (kind === 'content') content.set(tokens[0]!, { count: 0, seen: -1 });
    else
      tokens.reduceRight((node, token) => {
        if (!node.before.has(token)) node.before.set(token, { count: 0, before: new Map() });
        return node.before.get(token)!;
      }, root);
  }
  let prefixes = 0;
  let sentence = 0;
  for (const tokens of corpus) {
    prefixes += tokens.length;
    for (let end = 0; end < tokens.length; end++) {
      let node: Suffix | undefined = root;
      for (let at = end; at >= 0 && (node = node.before.get(tokens[at]!)); at--) node.count++;
      const word = content.get(tokens[end]!);
      if (!word || word.seen === sentence) continue;
      // Its first place in this sentence: the prefixes that reach far enough beyond it have it.
      word.seen = sentence;
      word.count += Math.max(0, tokens.length - longestSuffix - end);
    }
    sentence++;
  }
  return {
    prefixes,
    of: ({ kind, tokens }) => {
      if (kind === 'content') return content.get(tokens[0]!)?.count ?? 0;
      let node: Suffix | undefined = root;
      for (let at = tokens.length - 1; at >= 0; at--) node = node?.before.get(tokens[at]!);
      return node?.count ?? 0;
    },
  };
}
