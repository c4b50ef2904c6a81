import type { Matrix } from '@interlayer/linalg';
import { quantile } from '@interlayer/stats';
import { shuffle } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';
import { stemmer } from 'stemmer';
import { type CheckControl, stat } from '../../claim';
import type { EmbeddedReadings, Readings } from './materials/readings';

export interface TokenPair {
  from: number;
  to: number;
}

/**
 * Which pairs of tokens are related, by a proxy for the paper's readers: they share a stem, or their embeddings are more
 * alike (cosine) than 95 % of the pairs that shuffling makes, which have the same frequencies. So about 5 % of unrelated pairs
 * are called related too.
 *
 * @param embedding one row per token: [V, d]
 */
export function relatedPairs(
  pairs: readonly TokenPair[],
  embedding: Matrix,
  tokenizer: Tokenizer,
  seed: number,
): { related: boolean[]; shuffled: boolean[] } {
  const norms = new Map<number, number>();
  const { columns, data } = embedding;
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += data[a * columns + k]! * data[b * columns + k]!;
    return sum;
  };
  const norm = (token: number) => {
    if (!norms.has(token)) norms.set(token, Math.sqrt(dot(token, token)));
    return norms.get(token)!;
  };
  const cosine = ({ from, to }: TokenPair) => dot(from, to) / (norm(from) * norm(to));
  const stem = (token: number) => {
    const text = (tokenizer.idToToken(token) ?? '').replace(/^Ġ/, '').toLowerCase();
    return /^[a-z]{2,}$/.test(text) ? stemmer(text) : undefined;
  };
  const sameStem = ({ from, to }: TokenPair) => stem(from) !== undefined && stem(from) === stem(to);
  // Ten shufflings; a pair of a token with itself is none that composition could make.
  const shuffled = Array.from({ length: 10 }, (_, i) =>
    shuffle(
      pairs.map((_, j) => j),
      seed + i,
    ).map((j, k) => ({ from: pairs[k]!.from, to: pairs[j]!.to })),
  )
    .flat()
    .filter(({ from, to }) => from !== to);
  if (shuffled.length === 0) return { related: pairs.map(() => false), shuffled: [] };
  const bar = quantile(shuffled.map(cosine), 0.95);
  const related = (pair: TokenPair) => sameStem(pair) || cosine(pair) > bar;
  return { related: pairs.map(related), shuffled: shuffled.map(related) };
}

/** The composition cases of the last layer, and which of them move to a related token. */
export interface Compositions {
  pairs: TokenPair[];
  /** Share of related pairs, percent, as a statistic and as it is. */
  share: stat.Statistic;
  percent: number;
  /** Share among shuffled pairs, percent. */
  chance: number;
  /** The first pairs that are related, or that are not, as rows of a table. */
  examples(related: boolean): string[][];
}

export function lastCompositions(
  { layers, embedding, tokenizer, units }: Pick<EmbeddedReadings, 'layers' | 'embedding' | 'tokenizer' | 'units'>,
  seed: number,
): Compositions {
  const { r, o, cases } = layers.at(-1)!;
  const places = Array.from(r.keys()).filter((i) => cases[i] === 'composition');
  const pairs = places.map((i) => ({ from: r[i]!, to: o[i]! }));
  const { related, shuffled } = relatedPairs(pairs, embedding, tokenizer, seed);
  const percent = (truths: readonly boolean[]) => (100 * truths.filter(Boolean).length) / truths.length;
  const word = (token: number) => tokenizer.idToToken(token) ?? '?';
  const hits = related.map((hit) => (hit ? 100 : 0));
  return {
    pairs,
    share: stat.statistic(units, 'related', stat.meanAmong(places, hits)),
    percent: percent(related),
    chance: shuffled.length ? percent(shuffled) : 0,
    examples: (wanted) =>
      pairs
        .filter((_, i) => related[i] === wanted)
        .slice(0, 8)
        .map(({ from, to }) => [wanted ? 'related' : 'distant', word(from), word(to)]),
  };
}

/** The proxy must call few pairs related that chance has put together. */
export const wordPairs: CheckControl<Readings, Compositions> = {
  record: {
    name: 'shuffled word pairs',
    kind: 'negative',
    description: 'Tokens of the same frequencies, paired at random',
    expected: 'related in about 5 %',
  },
  check: (_, [trained]) => ({ passed: trained!.chance < 10, detail: `${trained!.chance.toFixed(1)} % related` }),
};
