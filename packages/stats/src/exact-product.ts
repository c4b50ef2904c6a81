/** Veltkamp's constant: splits a double into two halves of 26 bits. */
const SPLITTER = 2 ** 27 + 1;

function split(value: number): [number, number] {
  const wide = SPLITTER * value;
  const high = wide - (wide - value);
  return [high, value - high];
}

/** a · b as the nearest double and the rounding error (Dekker 1971); exact unless something over- or underflows. */
export function exactProduct(a: number, b: number): [product: number, error: number] {
  const product = a * b;
  const [aHigh, aLow] = split(a);
  const [bHigh, bLow] = split(b);
  return [product, aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)];
}
