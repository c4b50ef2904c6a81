import { draw } from '../../claim';
import type { Target } from './materials/memories';

/** What a claim about values comes to, by layer. */
type ByLayer = (target: Target) => readonly number[];

/**
 * The table of a claim about values when they are read out as the model itself reads its states, where the paper does not, and
 * of gated cells when their coefficient is negative.
 */
export function ownReadoutTable(what: string, unit: string, readout: string, own: ByLayer, negative?: ByLayer) {
  const title = `${what} when values are read out through the model's own readout (${readout})${negative ? ', and bare at negative coefficients' : ''}, ${unit}`;
  const rowsOf = (of: ByLayer, note: string) =>
    (['next', 'last'] as const).map((target) => [`${target}${note}`, ...of(target)]);
  const rows = [...rowsOf(own, ''), ...(negative ? rowsOf(negative, ', negative') : [])];
  return draw.layerTable(title, ['target'], rows[0]!.length - 1, rows);
}
