/**
 * Puts the rows of a query or key projection into the order of the hub. Some files order each head's rows for a rotation of
 * neighbours (0 with 1, 2 with 3, …); the hub's Llama, and this package, rotate row i of the first half with row i of the
 * second. So the even rows of each head come first, then the odd ones.
 *
 * @param values row-major [heads · size, columns], or a bias with one column
 * @param size rows a head
 */
export function rowsInHalves(values: Float32Array, size: number, columns: number): Float32Array {
  const halves = new Float32Array(values.length);
  for (let row = 0; row * columns < values.length; row++) {
    const within = row % size;
    const to = row - within + (within % 2) * (size / 2) + Math.floor(within / 2);
    halves.set(values.subarray(row * columns, (row + 1) * columns), to * columns);
  }
  return halves;
}
