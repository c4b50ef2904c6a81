import { seedFrom, sentences, splitByAddress, stateOfTheUnion } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { sha256 } from '../harness/canonical-json';
import type { Context, MemoryModel } from './memory-model';

/** A place in a held-out sentence. */
export interface Prefix extends Context {
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
  /** Says which places fit the model, and whether it needs a token to stand there. */
  model: Pick<MemoryModel, 'kind' | 'input'>;
}

/**
 * One prefix per held-out sentence, cut at a position drawn uniformly from the first token to the last, the whole sentence
 * included, as in the authors' script (but not for a masked model, which needs a token to mask); the same position serves
 * all layers. A causal model gets no start token: ours was trained on a stream of text in which sentences begin anywhere.
 */
export async function heldOutPrefixes(
  tokenizer: Tokenizer,
  { seed, count, model }: PrefixOptions,
): Promise<HeldOutPrefixes> {
  const { test } = splitByAddress(await stateOfTheUnion());
  const generator = xoroshiro128plus(seedFrom(seed, 'prefixes'));
  const all: Prefix[] = [];
  let [long, short] = [0, 0];
  for (const [address, { text }] of test.entries())
    for (const sentence of sentences(text)) {
      const { ids } = tokenizer.encode(sentence, { addSpecialTokens: false });
      const longest = ids.length - (model.kind === 'masked' ? 1 : 0);
      const words = uniformInt(generator, 1, Math.max(1, longest));
      const prefix = { prefix: ids.slice(0, words), next: ids[words], rest: ids.slice(words + 1), address };
      if (longest < 1) short++;
      else if (!model.input(prefix)) long++;
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
      { count: short, why: model.kind === 'masked' ? 'the sentence has a single token' : 'the sentence has no token' },
    ].filter(({ count: some }) => some > 0),
    addresses: test.length,
    corpusHash: sha256(test.map(({ id, text }) => `${id}\n${text}\n`).join('')),
  };
}
