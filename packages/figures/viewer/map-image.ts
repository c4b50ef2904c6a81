import type { PageMap } from '../src/page-data';

/** The values of a map, row by row. */
export function valuesOf({ values }: PageMap): Float32Array {
  const bytes = Uint8Array.from(atob(values), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

/** What the colours cover: from 0 to the largest value, or around 0 where values have both signs. */
export function domainOf(maps: readonly PageMap[]): { scale: 'sequential' | 'diverging'; low: number; high: number } {
  const ranges = maps.flatMap(({ range }) => (range ? [range] : []));
  const low = Math.min(0, ...ranges.map(([from]) => from));
  const high = Math.max(0, ...ranges.map(([, to]) => to));
  if (low < 0 && high > 0) return { scale: 'diverging', low: -Math.max(-low, high), high: Math.max(-low, high) };
  return { scale: 'sequential', low, high };
}

/** A picture with one pixel for each cell, transparent where there is no value. */
export function imageOf(
  values: Float32Array,
  size: number,
  colours: string,
  low: number,
  high: number,
): HTMLCanvasElement {
  const channels = Uint8Array.from({ length: 768 }, (_, i) => Number.parseInt(colours.slice(2 * i, 2 * i + 2), 16));
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(size, size);
  for (let cell = 0; cell < values.length; cell++) {
    const value = values[cell]!;
    if (Number.isNaN(value)) continue;
    const colour = 3 * (low < high ? Math.round((255 * (value - low)) / (high - low)) : 0);
    for (let channel = 0; channel < 3; channel++) image.data[4 * cell + channel] = channels[colour + channel]!;
    image.data[4 * cell + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
