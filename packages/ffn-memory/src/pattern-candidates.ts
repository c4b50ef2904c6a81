/** Something that prefixes may share. */
export interface Pattern {
  /** `suffix`: they end in these tokens. `content`: this token stands somewhere before their ends. */
  kind: 'suffix' | 'content';
  tokens: readonly number[];
}

/** A pattern and which prefixes of a group carry it, by index. */
export interface CarriedPattern extends Pattern {
  carriers: number[];
}

export interface PatternOptions {
  /**
   * Whether a token carries content. Leave out stop words, punctuation and pieces of words: topics should not rest on them.
   */
  isContent(token: number): boolean;
  /** Longest suffix that is looked for, and so the length of a prefix's end; 3 unless given. */
  longestSuffix?: number;
}

/**
 * Every suffix n-gram and content token that a prefix of the group carries. A content token counts before the last
 * `longestSuffix` tokens only, so that no shared ending passes for a shared topic.
 */
export function patternCandidates(
  prefixes: readonly ArrayLike<number>[],
  { isContent, longestSuffix = 3 }: PatternOptions,
): CarriedPattern[] {
  const found = new Map<string, CarriedPattern>();
  const carry = (kind: Pattern['kind'], tokens: readonly number[], carrier: number) => {
    const name = `${kind} ${tokens}`;
    const known = found.get(name);
    if (!known) found.set(name, { kind, tokens, carriers: [carrier] });
    else if (known.carriers.at(-1) !== carrier) known.carriers.push(carrier);
  };
  for (const [carrier, prefix] of prefixes.entries()) {
    const tokens = Array.from(prefix);
    for (let n = 1; n <= Math.min(longestSuffix, tokens.length); n++) carry('suffix', tokens.slice(-n), carrier);
    for (const token of tokens.slice(0, Math.max(0, tokens.length - longestSuffix)))
      if (isContent(token)) carry('content', [token], carrier);
  }
  return [...found.values()];
}
