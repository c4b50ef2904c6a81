import { seedFrom, sentences } from '@interlayer/text-data';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Context, Specimen } from '../subjects/specimen';
import { addressesOf } from './corpus';
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

/** One prefix of each held-out sentence; sentences are drawn where there are more than enough. */
export const heldOutPrefixes = material<HeldOutPrefixes>({
  name: 'held-out prefixes',
  needs: [],
  shared: true,
  async make(bench) {
    const addresses = await addressesOf('test', bench);
    const count = Math.min(PREFIXES, bench.sample ?? PREFIXES);
    return drawPrefixes(addresses, await bench.specimen(), { seed: bench.seed, count });
  },
});

/**
 * One prefix per sentence, cut at a position drawn uniformly from the first token to the last, the whole sentence included,
 * as in the authors' script (but not for a masked model, which needs a token to mask); the same position serves all layers.
 * A causal model gets no start token: ours was trained on a stream of text in which sentences begin anywhere.
 *
 * @param model says which places fit it, and whether it needs a token to stand there
 */
export function drawPrefixes(
  addresses: readonly { text: string }[],
  { kind, tokenizer, input }: Pick<Specimen, 'kind' | 'tokenizer' | 'input'>,
  { seed, count }: { seed: number; count: number },
): HeldOutPrefixes {
  const generator = xoroshiro128plus(seedFrom(seed, 'prefixes'));
  const all: Prefix[] = [];
  let [long, short] = [0, 0];
  for (const [address, { text }] of addresses.entries())
    for (const sentence of sentences(text)) {
      const { ids } = tokenizer.encode(sentence, { addSpecialTokens: false });
      const longest = ids.length - (kind === 'masked' ? 1 : 0);
      const words = uniformInt(generator, 1, Math.max(1, longest));
      const prefix = { prefix: ids.slice(0, words), next: ids[words], rest: ids.slice(words + 1), address };
      if (longest < 1) short++;
      else if (!input(prefix)) long++;
      else all.push(prefix);
    }
  // A partial shuffle draws without replacement; the drawn ones keep the order of the text.
  const order = all.map((_, i) => i);
  for (let i = 0; i < Math.min(count, all.length); i++) {
    const j = uniformInt(generator, i, all.length - 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const chosen = order.slice(0, count).sort((a, b) => a - b);
  return {
    prefixes: chosen.map((i) => all[i]!),
    dropped: [
      { count: long, why: 'what the model has to read is longer than its positions' },
      { count: short, why: kind === 'masked' ? 'the sentence has a single token' : 'the sentence has no token' },
    ].filter(({ count }) => count > 0),
  };
}
