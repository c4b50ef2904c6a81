import { holm, hypergeometricTail } from '@interlayer/stats';
import { type CarriedPattern, type PatternOptions, patternCandidates } from './pattern-candidates';
import { patternFrequencies } from './pattern-frequencies';

/** A pattern that more prefixes of a group carry than chance explains. */
export interface FoundPattern extends CarriedPattern {
  /** Hypergeometric p-value of at least so many carriers, adjusted by Holm's method over the group's candidates. */
  p: number;
}

/** Which kinds of accepted patterns a prefix carries; the names are the paper's, what they name here is a proxy. */
export type Coverage = 'shallow' | 'shallow + semantic' | 'semantic' | 'none';

/** What the prefixes of a group have in common. */
export interface GroupPatterns {
  /** Smallest p first. */
  patterns: FoundPattern[];
  /** Of each prefix of the group: an accepted suffix makes it `shallow`, an accepted content token `semantic`. */
  coverage: Coverage[];
  /** Candidates among which the accepted ones were sought. */
  candidates: number;
}

export interface FindPatternsOptions extends PatternOptions {
  /** Prefixes of a group that must carry a pattern; 3 unless given, as the paper's annotators were told. */
  least?: number;
  /** Largest adjusted p-value of an accepted pattern; 0.01 unless given. */
  alpha?: number;
}

/**
 * A stand-in for the paper's human annotators (Geva et al. 2021, section 3): what do a key's triggers have in common? A
 * pattern is a shared suffix n-gram or a shared content token, in at least `least` prefixes of the group, and in more than so
 * many prefixes drawn from the corpus would carry it (hypergeometric, Holm over all the group's candidates). It finds
 * wording, not meaning: what it reports is no pattern "identified by experts". Give groups of random prefixes, and
 * triggers of an untrained model, beside the triggers; the first have a pattern in at most a share of about `alpha`.
 *
 * @param groups prefixes of token ids, one group a key, without start tokens
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
        // Candidates that too few prefixes carry cannot be accepted, but they were looked at: they count in the correction.
        const pattern = patterns[i];
        if (!pattern) return 1;
        const marked = frequencies.of(pattern);
        if (marked < pattern.carriers.length || frequencies.prefixes < prefixes.length)
          throw new Error(
            `${pattern.carriers.length} prefixes of group ${group} share the ${pattern.kind} pattern ${pattern.tokens}, but the corpus has ${marked}; give the corpus that the prefixes are from.`,
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
