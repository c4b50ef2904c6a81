import { lab } from 'd3-color';
import { interpolatePuOr, interpolateViridis } from 'd3-scale-chromatic';

/** From the smallest value to the largest, or from one sign to the other through 0. Both work with the common forms of colour blindness. */
export type ColourScale = 'sequential' | 'diverging';

const interpolators: Record<ColourScale, (at: number) => string> = {
  sequential: interpolateViridis,
  diverging: interpolatePuOr,
};

/** Evenly spaced colours of a scale. */
export const colours = (scale: ColourScale, count: number): string[] =>
  Array.from({ length: count }, (_, i) => interpolators[scale](i / (count - 1)));

/** The colour of each value of a domain, whose ends get the ends of the scale. */
export const colourOf =
  (scale: ColourScale, [low, high]: readonly [number, number]) =>
  (value: number): string =>
    interpolators[scale](low < high ? (value - low) / (high - low) : 0);

/** Black or white, whichever is easier to read on a colour: their contrasts are equal at a lightness of 50. */
export const inkOn = (colour: string): '#000' | '#fff' => (lab(colour).l > 50 ? '#000' : '#fff');
