/** Gives an array of so many values, whatever they are, to write to. */
export type NewArray = (length: number) => Float64Array;

export const newArray: NewArray = (length) => new Float64Array(length);

/** Arrays that later calls with the same name get again, so that a loop needs no memory beyond that of its longest round. */
export function reusedArrays(): {
  float64(name: string): NewArray;
  copy<A extends Float32Array | Float64Array>(name: string, values: A): A;
} {
  const arrays = new Map<string, Float32Array | Float64Array>();
  const take = <A extends Float32Array | Float64Array>(name: string, length: number, create: () => A): A => {
    let array = arrays.get(name) as A | undefined;
    if (!array || array.length < length) arrays.set(name, (array = create()));
    return array.subarray(0, length) as A;
  };
  return {
    float64: (name) => (length) => take(name, length, () => new Float64Array(length)),
    copy(name, values) {
      const copy = take(name, values.length, () => values.slice() as typeof values);
      copy.set(values);
      return copy;
    },
  };
}
