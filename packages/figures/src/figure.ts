import type { Kind, Table } from './kind';
import type { Bars } from './kinds/bars';
import type { DepthCurves } from './kinds/depth-curves';
import type { Heatmap } from './kinds/heatmap';
import type { Scatter } from './kinds/scatter';
import { type SmallMultiples, singleKinds, smallMultiples } from './kinds/small-multiples';
import { type StackedShares, stackedShares } from './kinds/stacked-shares';

/** What a figure shows, as plain data that JSON can hold. */
export type Figure = DepthCurves | StackedShares | Bars | Scatter | Heatmap | SmallMultiples;

const kinds = { ...singleKinds, stacked: stackedShares, multiples: smallMultiples };

/**
 * How a figure is drawn, after a check of its data.
 *
 * @throws Error naming the kind or the value that cannot be drawn.
 */
export function kindOf(figure: Figure): Kind<Figure> {
  if (!Object.hasOwn(kinds, figure.kind))
    throw new Error(`there is no figure of kind "${figure.kind}": give one of ${Object.keys(kinds).join(', ')}`);
  const kind = kinds[figure.kind] as Kind<Figure>;
  kind.check(figure);
  return kind;
}

/**
 * The numbers of a figure.
 *
 * @throws Error naming the value that cannot be drawn.
 */
export const figureTable = (figure: Figure): Table => kindOf(figure).table(figure);
