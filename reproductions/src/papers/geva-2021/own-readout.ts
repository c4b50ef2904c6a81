import { draw } from '../../claim';
import type { Target } from './materials/memories';

/** The table of a claim about values when they are read out as the model itself reads its states, where the paper does not. */
export function ownReadoutTable(
  what: string,
  unit: string,
  readout: string,
  byLayer: (target: Target) => readonly number[],
) {
  const title = `${what} when values are read out through the model's own readout (${readout}), ${unit}`;
  const rows = (['next', 'last'] as const).map((target) => [target, ...byLayer(target)]);
  return draw.layerTable(title, ['target'], rows[0]!.length - 1, rows);
}
