import { holm, hypergeometricTail } from '@interlayer/stats';
import { type CarriedPattern, type PatternOptions, patternCandidates } from './pattern-candidates';
import { patternFrequencies } from './pattern-frequencies';

/** A pattern that more prefixes of a group have than chance explains. */
export interface FoundPattern extends CarriedPattern {
  /** Hypergeometric p-value of at least this many carriers, adjusted by Holm's method over the group's candidates. */
  p: number;
}

/** The kinds of accepted patterns that a prefix has; the names are the paper's, but what they name here is a proxy. */
export type Coverage = 'shallow' | 'shallow + semantic' | 'semantic' | 'none';

/** What the prefixes of a group have in common. */
export interface GroupPatterns {
  /** Smallest p first. */
  patterns: FoundPattern[];
  /** For each prefix of the group: an accepted suffix makes it `shallow`, an accepted content token `semantic`. */
  coverage: Coverage[];
  /** Number of candidates that were tested. */
  candidates: number;
}

export interface FindPatternsOptions extends PatternOptions {
  /** Prefixes of a group that must have a pattern; 3 unless given, as the paper's annotators were instructed. */
  least?: number;
  /** Largest adjusted p-value of an accepted pattern; 0.01 unless given. */
  alpha?: number;
}

/**
 * A stand-in for the paper's human annotators (Geva et al. 2021, section 3): what do a key's triggers have in common? A pattern
 * is a suffix n-gram or a content token that at least `least` prefixes of the group share, and more of them than prefixes drawn
 * from the corpus would (hypergeometric test, Holm's correction over all the group's candidates). It finds wording, not
 * meaning: these are not patterns "identified by experts". As controls, also pass groups of random prefixes, of which at most
 * about a share of `alpha` has a pattern, and triggers of an untrained model.
 *
 * @param groups prefixes of token ids, one group per key, without start tokens
 * @param corpus the sentences that the prefixes are from, read once for all groups
 */
export function findPatterns(
  groups: readonly (readonly ArrayLike<number>[])[],
  corpus: Iterable<ArrayLike<number>>,
  { least = 3, alpha = 0.01, ...options }: FindPatternsOptions,
): GroupPatterns[] {
  const shared = groups.map((prefixes) => {
    const candidates = patternCandidates(prefixes, options);
    return {
      patterns: candidates.filter(({ carriers }) => carriers.length >= least),
      candidates: candidates.length,
    };
  });
  const frequencies = patternFrequencies(
    shared.flatMap(({ patterns }) => patterns),
    corpus,
    options.longestSuffix,
  );
  return groups.map((prefixes, group) => {
    const { patterns, candidates } = shared[group]!;
    const p = holm(
      Float64Array.from({ length: candidates }, (_, i) => {
        // Candidates that too few prefixes share cannot be accepted, but they were examined, so the correction counts them.
        const pattern = patterns[i];
        if (!pattern) return 1;
        const marked = frequencies.of(pattern);
        if (marked < pattern.carriers.length || frequencies.prefixes < prefixes.length)
          throw new Error(
            `${pattern.carriers.length} prefixes of group ${group} share the ${pattern.kind} pattern ${pattern.tokens}, but only ${marked} of the corpus do; give the corpus that the prefixes are from.`,
          );
        return hypergeometricTail(pattern.carriers.length, {
          population: frequencies.prefixes,
          marked,
          draws: prefixes.length,
        });
      }),
    );
    const accepted = patterns
      .map((pattern, i) => ({ ...pattern, p: p[i]! }))
      .filter((pattern) => pattern.p <= alpha)
      .sort((a, b) => a.p - b.p);
    return { patterns: accepted, coverage: coverageOf(accepted, prefixes.length), candidates };
  });
}

function coverageOf(patterns: readonly CarriedPattern[], prefixes: number): Coverage[] {
  const carriers = (kind: CarriedPattern['kind']) =>
    new Set(patterns.filter((pattern) => pattern.kind === kind).flatMap((pattern) => pattern.carriers));
  const [shallow, semantic] = [carriers('suffix'), carriers('content')];
  return Array.from({ length: prefixes }, (_, i) => {
    if (shallow.has(i)) return semantic.has(i) ? 'shallow + semantic' : 'shallow';
    return semantic.has(i) ? 'semantic' : 'none';
  });
}
