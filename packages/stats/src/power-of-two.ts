/** A power of two within a factor of 2 of a positive number: to scale by it rounds nothing. */
export function powerOfTwo(near: number): number {
  return 2 ** Math.min(1023, Math.max(-1022, Math.floor(Math.log2(near))));
}
