/** Something that prefixes can share. */
export interface Pattern {
  /** `suffix`: they end in these tokens. `content`: this token occurs somewhere before their ends. */
  kind: 'suffix' | 'content';
  tokens: readonly number[];
}

/** A pattern and the prefixes of a group that have it, by index. */
export interface CarriedPattern extends Pattern {
  carriers: number[];
}

export interface PatternOptions {
  /**
   * Whether a token carries content. Exclude stop words, punctuation and word pieces: topics should not rest on them.
   */
  isContent(token: number): boolean;
  /** Longest suffix to look for, and so the length of a prefix's end; 3 unless given. */
  longestSuffix?: number;
}

/**
 * Every suffix n-gram and content token that a prefix of the group has. A content token counts only before the last
 * `longestSuffix` tokens, so that a shared ending does not pass for a shared topic.
 */
export function patternCandidates(
  prefixes: readonly ArrayLike<number>[],
  { isContent, longestSuffix = 3 }: PatternOptions,
): CarriedPattern[] {
  const candidates = new Map<string, CarriedPattern>();
  const carry = (kind: Pattern['kind'], tokens: readonly number[], carrier: number) => {
    const name = `${kind} ${tokens}`;
    const known = candidates.get(name);
    if (!known) candidates.set(name, { kind, tokens, carriers: [carrier] });
    else if (known.carriers.at(-1) !== carrier) known.carriers.push(carrier);
  };
  for (const [carrier, prefix] of prefixes.entries()) {
    const tokens = Array.from(prefix);
    for (let n = 1; n <= Math.min(longestSuffix, tokens.length); n++) carry('suffix', tokens.slice(-n), carrier);
    for (const token of tokens.slice(0, Math.max(0, tokens.length - longestSuffix)))
      if (isContent(token)) carry('content', [token], carrier);
  }
  return [...candidates.values()];
}
