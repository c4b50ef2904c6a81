import { createHash } from 'node:crypto';
import { type Address, splitByAddress, stateOfTheUnion } from '@interlayer/text-data';
import type { Bench } from './material';

const NAMES = { train: 'train addresses', valid: 'validation addresses', test: 'held-out addresses' };

/** The addresses of one split of the State of the Union corpus; their sha256 is noted. */
export async function addressesOf(split: keyof typeof NAMES, bench: Bench): Promise<Address[]> {
  const addresses = splitByAddress(await stateOfTheUnion())[split];
  const hash = createHash('sha256').update(addresses.map(({ id, text }) => `${id}\n${text}\n`).join(''));
  bench.artefact(NAMES[split], hash.digest('hex'));
  return addresses;
}
