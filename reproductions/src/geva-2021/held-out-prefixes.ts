import { seedFrom, sentences, splitByAddress, stateOfTheUnion, type Tokenizer } from '@interlayer/text-data';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { sha256 } from '../harness/canonical-json';

export interface Prefix {
  /** The first tokens of a sentence. */
  ids: number[];
  /** Index of the address that the sentence is from. */
  address: number;
}

export interface HeldOutPrefixes {
  prefixes: Prefix[];
  dropped: { count: number; why: string }[];
  addresses: number;
  /** sha256 of the held-out text. */
  corpusHash: string;
}

export interface PrefixOptions {
  seed: number;
  /** Most prefixes; sentences are drawn where there are more. */
  count: number;
  /** Longest input of the model. */
  maxLength: number;
}

/**
 * One prefix per held-out sentence, cut at a position drawn uniformly from the first token to the last, the whole sentence
 * included, as in the authors' script; the same position serves all layers. There is no start token: the model was trained
 * on a stream of text in which sentences begin anywhere in a row.
 */
export async function heldOutPrefixes(
  tokenizer: Tokenizer,
  { seed, count, maxLength }: PrefixOptions,
): Promise<HeldOutPrefixes> {
  const { test } = splitByAddress(await stateOfTheUnion());
  const generator = xoroshiro128plus(seedFrom(seed, 'prefixes'));
  const all: Prefix[] = [];
  let [long, empty] = [0, 0];
  for (const [address, { text }] of test.entries())
    for (const sentence of sentences(text)) {
      const { ids } = tokenizer.encode(sentence, { addSpecialTokens: false });
      const words = uniformInt(generator, 1, Math.max(1, ids.length));
      if (ids.length === 0) empty++;
      else if (words > maxLength) long++;
      else all.push({ ids: ids.slice(0, words), address });
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
      { count: long, why: `the prefix drawn is longer than the model's ${maxLength} positions` },
      { count: empty, why: 'the sentence has no token' },
    ].filter(({ count: some }) => some > 0),
    addresses: test.length,
    corpusHash: sha256(test.map(({ id, text }) => `${id}\n${text}\n`).join('')),
  };
}
