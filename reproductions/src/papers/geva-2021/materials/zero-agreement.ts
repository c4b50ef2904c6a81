import { zeroAgreement } from '@interlayer/ffn-memory';
import { material } from '../../../materials/material';
import { numbersOf } from './bit-matrix';
import type { CellSigns, LayerReading } from './read-out';
import { predictions, type Readings } from './readings';
import { type ValueTops, valueTops } from './value-tops';

/**
 * Whether no cell promotes top(y), over all cells and over the active ones; and, as the authors' script has it, top(o) over
 * active ones. One entry per context.
 */
export type ZeroAgreement = Record<'all' | 'active' | 'asCoded', boolean[]>;

/** Predictions of layers, and where none of their cells makes the same one. */
export interface Agreements extends Readings {
  layers: (LayerReading & { zero: ZeroAgreement })[];
}

export const agreements = material<Agreements>({
  ...predictions,
  name: 'agreements of cells with their layer',
  uses: [predictions, valueTops],
  async make(bench) {
    const [of, tops] = [await bench.get(predictions), await bench.get(valueTops)];
    return {
      ...of,
      layers: of.layers.map((layer, i) => ({ ...layer, zero: zeroAgreementOf(layer, of.signs[i]!, tops[i]!) })),
    };
  },
});

/** Contexts that are compared at a time: a number for each of their cells is held. */
const BLOCK = 256;

/** Holds the predictions of a layer against the top tokens of its values. */
export function zeroAgreementOf(
  { y, o }: LayerReading,
  { active, negative }: CellSigns,
  tops: ValueTops,
): ZeroAgreement {
  const zero: ZeroAgreement = { all: [], active: [], asCoded: [] };
  for (let from = 0; from < active.rows; from += BLOCK) {
    const to = Math.min(active.rows, from + BLOCK);
    // Of coefficients and gates only the signs count.
    const gates = numbersOf(active, from, to, 1, 0);
    const coefficients = negative ? numbersOf(negative, from, to, -1, 1) : gates;
    const memory = { ...tops, coefficients, gates, y: y.subarray(from, to), o: o.subarray(from, to) };
    zero.all.push(...zeroAgreement(memory));
    zero.active.push(...zeroAgreement(memory, { cells: 'active' }));
    zero.asCoded.push(...zeroAgreement(memory, { target: 'o', cells: 'active' }));
  }
  return zero;
}
