import {
  findPatterns,
  fitTfIdf,
  type GroupPatterns,
  meanCosine,
  modalShare,
  randomPrefixes,
  type Triggers,
  triggersOf,
} from '@interlayer/ffn-memory';
import { quantile } from '@interlayer/stats';
import { seedFrom, shuffle } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { stopWordTokens } from './stop-words';

/** Triggers of a key that are looked at, as many as the annotators were given. */
export const ANNOTATED = 25;
/** Keys of each layer whose patterns are sought; the annotators had 10. */
export const PATTERN_KEYS = 40;

/** A group of prefixes: a key's triggers, or random ones. */
export interface Group extends GroupPatterns {
  /** Whether the prefixes are more alike in their words than 99 % of random groups. */
  topical: boolean;
}

export interface LayerPatterns {
  /** For each cell the share of the modal last token among its best triggers; NaN for a dead one. */
  modal: Float64Array;
  /** The sampled keys' groups. */
  groups: Group[];
}

export interface Patterns {
  layers: LayerPatterns[];
  /** As many groups of random prefixes, the control. */
  random: Group[];
}

/** A token that can carry a topic: a whole word of letters that is no stop word. */
export function contentTokens(tokenizer: Tokenizer): boolean[] {
  const stops = stopWordTokens(tokenizer);
  return stops.map((stop, id) => {
    const token = tokenizer.idToToken(id) ?? '';
    return !stop && /^Ġ?[A-Za-z]{3,}$/.test(token);
  });
}

/** What the triggers of each key share, by proxies for the paper's annotators. */
export function measurePatterns(
  triggers: Triggers,
  sentences: readonly Int32Array[],
  tokenizer: Tokenizer,
  seed: number,
): Patterns {
  const { layers, cells } = triggers;
  const content = contentTokens(tokenizer);
  const generator = xoroshiro128plus(seedFrom(seed, 'random prefixes'));
  const prefixesOf = (layer: number, cell: number) =>
    triggersOf(triggers, layer, cell)
      .slice(0, ANNOTATED)
      .map(({ example, position }) => sentences[example]!.subarray(0, position + 1));
  const sampled = Array.from({ length: layers }, (_, layer) =>
    shuffle(
      Array.from({ length: cells }, (_, cell) => cell).filter((cell) => prefixesOf(layer, cell).length >= 2),
      seedFrom(seed, 'keys for patterns', layer),
    ).slice(0, PATTERN_KEYS),
  );
  const triggered = sampled.flatMap((list, layer) => list.map((cell) => prefixesOf(layer, cell)));
  const size = Math.min(ANNOTATED, sentences.filter(({ length }) => length > 0).length);
  const random = triggered.map(() => randomPrefixes(sentences, size, () => uniformFloat64(generator)));
  const found = findPatterns([...triggered, ...random], sentences, { isContent: (token) => content[token] ?? false });
  const tfIdf = fitTfIdf(sentences);
  const alike = [...triggered, ...random].map((prefixes) => meanCosine(prefixes, tfIdf));
  const bar = quantile(alike.slice(triggered.length), 0.99);
  const groups = found.map((group, i) => ({ ...group, topical: alike[i]! > bar }));
  let next = 0;
  return {
    layers: sampled.map((list, layer) => ({
      modal: Float64Array.from({ length: cells }, (_, cell) =>
        modalShare(prefixesOf(layer, cell).map((prefix) => prefix.at(-1)!)),
      ),
      groups: groups.slice(next, (next += list.length)),
    })),
    random: groups.slice(triggered.length),
  };
}
