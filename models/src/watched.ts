import type { EncodedAddress } from './corpus';

/** Rows that are looked at on the way: enough of the valid split to see the trend. */
const WATCHED_ROWS = 64;

/** The beginning of each address, all together about that many rows of `length` tokens. */
export function watched(addresses: EncodedAddress[], length: number): EncodedAddress[] {
  const rows = Math.ceil(WATCHED_ROWS / addresses.length);
  return addresses.map(({ id, tokens }) => ({ id, tokens: tokens.subarray(0, rows * length + 1) }));
}
