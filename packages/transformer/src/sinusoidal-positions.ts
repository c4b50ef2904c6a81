/**
 * The position encoding of Vaswani et al. 2017, section 3.5, scaled: value[p, 2i] = a sin(p / base^(2i/d)), value[p, 2i+1]
 * = a cos(…), base 10000 there. Over few positions most of those waves are nearly constant; a smaller base tells neighbours
 * apart better. With `amplitude` = √2 std it has the root mean square of normal draws of that std.
 * @returns row-major [positions, width]
 */
export function sinusoidalPositions(positions: number, width: number, amplitude = 1, base = 10000): Float32Array {
  const values = new Float32Array(positions * width);
  for (let p = 0; p < positions; p++) {
    for (let k = 0; k < width; k++) {
      const angle = p / base ** ((k - (k % 2)) / width);
      values[p * width + k] = amplitude * (k % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
    }
  }
  return values;
}
