import type { Figure } from '../../claim/schema';
import { bars } from './bars';
import { depth } from './depth';
import type { Kind } from './plot';
import { stacked } from './stacked';

const kinds = { depth, stacked, bars };

/** Pixels that figures have on a page, and on a phone. */
export const WIDE = 680;
export const NARROW = 300;

/** How a figure is drawn, and its numbers as a table. Equal data gives equal bytes. */
export const kindOf = (figure: Figure): Kind<Figure> => kinds[figure.kind] as Kind<Figure>;
