import type { EncodedAddress } from './corpus';

/** Rows evaluated during training: enough of the valid split to show the trend. */
const WATCHED_ROWS = 64;

/** The beginning of each address, together about that many rows of `length` tokens. */
export function watched(addresses: EncodedAddress[], length: number): EncodedAddress[] {
  const rows = Math.ceil(WATCHED_ROWS / addresses.length);
  return addresses.map(({ id, tokens }) => ({ id, tokens: tokens.subarray(0, rows * length + 1) }));
}
