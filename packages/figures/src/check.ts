/** Throws unless a value can be drawn; `null` is a gap. */
export function checkNumber(title: string, name: string, value: number | null, least = Number.NEGATIVE_INFINITY): void {
  if (value === null || (Number.isFinite(value) && value >= least)) return;
  const expected = least === 0 ? 'a finite number of at least 0' : 'a finite number';
  throw new Error(`${name} of figure "${title}" is ${value}: give ${expected}, or null where there is none`);
}

/** Throws unless a list has one item for each of something. */
export function checkLength(title: string, name: string, actual: number, expected: number, of: string): void {
  if (actual !== expected)
    throw new Error(`${name} of figure "${title}" has ${actual} entries: give ${expected}, one for each ${of}`);
}

/** Throws unless a range runs upwards. */
export function checkRange(title: string, range: readonly [number, number] | undefined): void {
  if (range && !(Number.isFinite(range[0]) && Number.isFinite(range[1]) && range[0] < range[1]))
    throw new Error(
      `range of figure "${title}" is [${range.join(', ')}]: give two finite numbers, the smaller one first`,
    );
}
