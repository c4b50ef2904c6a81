import {
  type Coverage,
  findPatterns,
  fitTfIdf,
  type GroupPatterns,
  meanCosine,
  modalShare,
  randomPrefixes,
  type Triggers,
  triggersOf,
} from '@interlayer/ffn-memory';
import { quantile, wilson } from '@interlayer/stats';
import { seedFrom, shuffle } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { CheckControl, Sample } from '../../../claim/claim';
import { independent } from '../../../claim/statistic';
import { material } from '../../../materials/material';
import { stopWordTokens } from '../../../materials/stop-words';
import { SOURCE } from '../paper';
import { DEDUPE, deviationsOf, KEY_INTERVALS } from './sample';
import { deadKeys, keyTriggers, TRIGGER_SAMPLE } from './triggers';

/** Triggers of a key that are searched, as many as the annotators were given. */
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

/** What the triggers of each key have in common. */
export const keyPatterns = material<Patterns & Sample>({
  name: 'patterns',
  needs: ['memories'],
  source: SOURCE,
  sample: TRIGGER_SAMPLE,
  uses: [keyTriggers],
  budget: { seconds: 60, megabytes: 1500 },
  async make(bench) {
    const specimen = await bench.specimen();
    const { triggers, sentences } = await bench.get(keyTriggers);
    return {
      ...measurePatterns(triggers, sentences, specimen.tokenizer, bench.seed),
      units: independent(specimen.layers * specimen.cells, KEY_INTERVALS),
      dropped: deadKeys(triggers, 'they have no patterns'),
      deviations: [...deviationsOf(specimen, bench.scale), DEDUPE],
    };
  },
});

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
  const patterned = findPatterns([...triggered, ...random], sentences, {
    isContent: (token) => content[token] ?? false,
  });
  const tfIdf = fitTfIdf(sentences);
  const alike = [...triggered, ...random].map((prefixes) => meanCosine(prefixes, tfIdf));
  // Of a few sentences no key may have two triggers, and there is nothing to compare.
  const bar = random.length ? quantile(alike.slice(triggered.length), 0.99) : Number.POSITIVE_INFINITY;
  const groups = patterned.map((group, i) => ({ ...group, topical: alike[i]! > bar }));
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

/** The kinds of figure 2, in its order. */
export const coverages: readonly Coverage[] = ['shallow', 'shallow + semantic', 'semantic', 'none'];

/** Share of the prefixes of some groups that carry patterns of a kind, percent. */
export function coverageShare(groups: readonly Group[], kind: Coverage): number {
  const all = groups.flatMap(({ coverage }) => coverage);
  return (100 * all.filter((found) => found === kind).length) / all.length;
}

/** Share that carry any. */
export const coveredShare = (groups: readonly Group[]): number => 100 - coverageShare(groups, 'none');

/** Groups of random prefixes with an accepted pattern may be this frequent: the level of the test. */
const FALSE_PATTERNS = 0.01;

/** The search for patterns must find few in prefixes that have nothing in common. */
export const randomGroups: CheckControl<Patterns, unknown> = {
  record: {
    name: 'random prefixes',
    kind: 'negative',
    description: 'The search for patterns in as many groups of random prefixes',
    expected: 'a pattern in at most 1 % of them',
  },
  check([trained, untrained]) {
    const groups = [...trained!.random, ...untrained!.random];
    const patterned = groups.filter(({ patterns }) => patterns.length > 0).length;
    return {
      passed: groups.length === 0 || wilson(patterned, groups.length).lower <= FALSE_PATTERNS,
      detail: `a pattern in ${patterned} of ${groups.length} groups`,
    };
  },
};
