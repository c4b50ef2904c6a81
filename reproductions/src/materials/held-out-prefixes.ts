import { seedFrom, sentences } from '@interlayer/text-data';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Context, isLarge, type Specimen } from '../subjects/specimen';
import { textsOf } from './corpus';
import { material } from './material';

/** A place in a held-out sentence. */
export interface Prefix extends Context {
  /** Index of the address that the sentence is from. */
  address: number;
}

export interface HeldOutPrefixes {
  prefixes: Prefix[];
  dropped: { count: number; why: string }[];
}

/** As many as Geva et al. have. */
export const PREFIXES = 4000;

/** A large model reads each sentence once for several prefixes, and has that many more. */
const LARGE = { places: 8, prefixes: 20_000 };

/** What is drawn, in words. */
export const HELD_OUT = `up to ${PREFIXES.toLocaleString('en-US')} held-out sentences, one random prefix each (large causal models: ${LARGE.prefixes.toLocaleString('en-US')} prefixes, up to ${LARGE.places} of each sentence)`;

/** One prefix of each held-out sentence, or several for a large causal model; sentences are drawn where there are more than enough. */
export const heldOutPrefixes = material<HeldOutPrefixes>({
  name: 'held-out prefixes',
  needs: [],
  shared: true,
  async make(bench) {
    const specimen = await bench.specimen();
    const large = isLarge(specimen) && specimen.kind === 'causal';
    const most = large ? LARGE.prefixes : PREFIXES;
    return drawPrefixes(await textsOf('test', bench), specimen, {
      seed: bench.seed,
      count: Math.min(most, bench.sample ?? most),
      places: large ? LARGE.places : 1,
    });
  },
});

/**
 * One prefix per sentence, cut at a position drawn uniformly from the first token to the last, the whole sentence included,
 * as in the authors' script (but not for a masked model, which needs a token to mask); the same position serves all layers.
 * A causal model gets no start token: ours was trained on a stream of text in which sentences begin anywhere.
 *
 * @param model says which places fit it, and whether it needs a token to stand there
 * @param options.places prefixes of each sentence, in order of length; fewer where it has fewer tokens. 1 unless given
 */
export function drawPrefixes(
  addresses: readonly { text: string }[],
  { kind, tokenizer, input }: Pick<Specimen, 'kind' | 'tokenizer' | 'input'>,
  { seed, count, places = 1 }: { seed: number; count: number; places?: number },
): HeldOutPrefixes {
  const generator = xoroshiro128plus(seedFrom(seed, 'prefixes'));
  // The prefixes of each sentence.
  const all: Prefix[][] = [];
  let [long, short] = [0, 0];
  for (const [address, { text }] of addresses.entries())
    for (const sentence of sentences(text)) {
      const { ids } = tokenizer.encode(sentence, { addSpecialTokens: false });
      const longest = ids.length - (kind === 'masked' ? 1 : 0);
      const cuts = Array.from({ length: places }, () => uniformInt(generator, 1, Math.max(1, longest)));
      const prefixes = [...new Set(cuts)]
        .sort((a, b) => a - b)
        .map((words) => ({ prefix: ids.slice(0, words), next: ids[words], rest: ids.slice(words + 1), address }));
      const fitting = prefixes.filter((prefix) => input(prefix));
      if (longest < 1) short++;
      else {
        long += prefixes.length - fitting.length;
        if (fitting.length > 0) all.push(fitting);
      }
    }
  // A partial shuffle draws without replacement; the drawn ones keep the order of the text.
  const order = all.map((_, i) => i);
  let [drawn, prefixes] = [0, 0];
  for (; prefixes < count && drawn < all.length; drawn++) {
    const j = uniformInt(generator, drawn, all.length - 1);
    [order[drawn], order[j]] = [order[j]!, order[drawn]!];
    prefixes += all[order[drawn]!]!.length;
  }
  const chosen = order.slice(0, drawn).sort((a, b) => a - b);
  return {
    prefixes: chosen.flatMap((i) => all[i]!).slice(0, count),
    dropped: [
      { count: long, why: 'what the model has to read is longer than its positions' },
      { count: short, why: kind === 'masked' ? 'the sentence has a single token' : 'the sentence has no token' },
    ].filter(({ count }) => count > 0),
  };
}
