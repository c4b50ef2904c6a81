import { BPE } from '@huggingface/tokenizers';
import type { TokenizerJson } from '../tokenizer-json';
import { byteIds, utf8Length } from '../utf8';
import type { Model } from './model';
import { consecutive, entire } from './piece';

const isByte = (token: string) => /^<0x[\dA-F]{2}>$/.test(token);

/** The merges as pairs. @throws when one is malformed, needs a token that the vocabulary lacks, or is not supported. */
function readMerges({ merges, vocab, unk_token: unknown, byte_fallback: fallsBack }: TokenizerJson, prefix: string) {
  return (merges as (string | [string, string])[]).map((merge, rank): [string, string] => {
    const pair = typeof merge === 'string' ? merge.split(' ') : merge;
    const name = `Merge ${rank}, ${JSON.stringify(merge)},`;
    if (pair.length !== 2) throw new Error(`${name} must be two tokens.`);
    const [left, right] = pair as [string, string];
    for (const token of [left, right, left + right.slice(prefix.length)]) {
      if (!Object.hasOwn(vocab, token))
        throw new Error(`${name} needs the token ${JSON.stringify(token)}, which the vocabulary lacks.`);
    }
    // Unknown characters and their bytes get their tokens after the merges.
    if (pair.some((token) => token === unknown || (fallsBack && isByte(token))))
      throw new Error(`${name} merges the unknown token or a byte, which is not supported.`);
    return [left, right];
  });
}

/**
 * Byte-pair encoding (Sennrich et al. 2016): starting from single characters, the two neighbours whose merge has the
 * lowest rank are merged, until no merge applies. A character that is not in the vocabulary becomes its bytes
 * (`byte_fallback`) or the unknown token; with `fuse_unk`, consecutive unknown characters become one token.
 *
 * `@huggingface/tokenizers` merges. It has no `continuing_subword_prefix`, and drops a character that has no token if
 * there is no unknown token.
 *
 * @throws when the vocabulary lacks a token of a merge, `dropout` would skip merges at random, or `byte_fallback` meets a
 *   prefix or suffix.
 */
export function bytePairEncoding(json: TokenizerJson): Model {
  if (json.dropout)
    throw new Error(
      `BPE dropout (${json.dropout}) is not supported: it would give the same text other tokens each time.`,
    );
  const prefix: string = json.continuing_subword_prefix ?? '';
  const suffix: string = json.end_of_word_suffix ?? '';
  if (json.byte_fallback && (prefix || suffix))
    throw new Error(
      'BPE with byte_fallback and a subword prefix or suffix is not supported: their bytes have no place.',
    );
  const unknown: string | undefined = json.unk_token ?? undefined;
  const library = new BPE({
    type: 'BPE',
    vocab: json.vocab,
    merges: readMerges(json, prefix),
    end_of_word_suffix: suffix,
    ignore_merges: false,
  });
  const vocabulary = library.tokens_to_ids;

  function unknownId(symbol: string, word: string): number {
    if (unknown === undefined) {
      throw new Error(
        `The vocabulary has no token for ${JSON.stringify(symbol)} of ${JSON.stringify(word)}, and the tokenizer has no unknown token.`,
      );
    }
    const id = vocabulary.get(unknown);
    if (id === undefined) throw new Error(`The unknown token ${JSON.stringify(unknown)} is not in the vocabulary.`);
    return id;
  }

  /** What the library would do if it knew the prefix, without a heap: the few such tokenizers have short words. */
  function mergeWithPrefix(word: string): string[] {
    const tokens = Array.from(word, (character, i) => (i === 0 ? character : prefix + character));
    tokens.push(tokens.pop() + suffix);
    const rank = (i: number) =>
      library.bpe_ranks.get(JSON.stringify(tokens.slice(i, i + 2))) ?? Number.POSITIVE_INFINITY;
    const ranks = tokens.map((_, i) => rank(i));
    for (;;) {
      const best = ranks.reduce((best, rank, i) => (rank < ranks[best]! ? i : best), 0);
      if (ranks[best] === Number.POSITIVE_INFINITY) return tokens;
      tokens.splice(best, 2, tokens[best] + tokens[best + 1]!.slice(prefix.length));
      ranks.splice(best, 2, rank(best));
      if (best > 0) ranks[best - 1] = rank(best - 1);
    }
  }

  return {
    vocabulary,
    tokenize(word) {
      const id = json.ignore_merges ? vocabulary.get(word) : undefined;
      if (id !== undefined) return entire(word, id);
      const parts: { id: number; length: number }[] = [];
      let waiting: (typeof parts)[number] | undefined;
      const flush = () => {
        if (waiting) parts.push(waiting);
        waiting = undefined;
      };
      const tokens = prefix === '' ? library.bpe(word) : mergeWithPrefix(word);
      tokens.forEach((token, i) => {
        const affixes = (i === 0 ? '' : prefix) + (i === tokens.length - 1 ? suffix : '');
        const length = utf8Length(token) - utf8Length(affixes);
        const id = vocabulary.get(token);
        const bytes = id === undefined && json.byte_fallback ? byteIds(token, vocabulary) : undefined;
        if (id !== undefined) {
          flush();
          parts.push({ id, length });
        } else if (bytes) {
          // In the Rust library, a pending unknown token comes after the bytes.
          for (const byte of bytes) parts.push({ id: byte, length: 1 });
        } else if (waiting && json.fuse_unk) waiting.length += length;
        else {
          flush();
          waiting = { id: unknownId(token, word), length };
        }
      });
      flush();
      return consecutive(parts);
    },
  };
}
