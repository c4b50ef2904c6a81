/**
 * The same integers as doubles.
 * @throws at the first value beyond ±(2^53 − 1), where doubles skip integers.
 */
export function toSafeNumbers(values: BigInt64Array | BigUint64Array): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    numbers[i] = Number(values[i]);
    if (!Number.isSafeInteger(numbers[i])) {
      throw new Error(`The value ${values[i]} at index ${i} is not exact as a number; keep it a bigint.`);
    }
  }
  return numbers;
}

/**
 * The same integers as int32.
 * @throws at the first value outside of int32.
 */
export function toInt32(values: Exclude<ArrayLike<number | bigint>, string>): Int32Array {
  const integers = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    integers[i] = Number(values[i]);
    if (integers[i] !== Number(values[i])) {
      throw new Error(`The value ${values[i]} at index ${i} does not fit into int32; read the tensor as it is stored.`);
    }
  }
  return integers;
}
