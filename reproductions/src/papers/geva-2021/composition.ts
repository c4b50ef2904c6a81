import { type CompositionCase, compositionCases } from '@interlayer/ffn-memory';
import { stat } from '../../claim';
import type { LayerReading } from './materials/read-out';
import type { Readings } from './materials/readings';

const count = ({ cases }: LayerReading, name: CompositionCase): number => cases.filter((each) => each === name).length;

/** Shares of all cases, percent, by layer. */
export const shares = (layers: readonly LayerReading[]): number[][] =>
  layers.map((layer) => compositionCases.map((name) => (100 * count(layer, name)) / layer.cases.length));

/** What the prediction of each layer from the second on is made of. */
export function composition({ layers, bare, units, adds }: Readings) {
  const share = (...names: CompositionCase[]) =>
    stat.byLayer(
      units,
      layers.slice(1).map(({ cases }) => stat.percentOf(cases.map((each) => names.includes(each)))),
      2,
    );
  const survives = share('residual', 'agreement');
  return {
    layers,
    bare: bare?.layers,
    adds,
    survives,
    composed: share('composition'),
    overridden: share('ffn'),
    fifth: layers.map((layer, i) => ({ label: `layer ${i + 1}, prefixes`, count: count(layer, 'fifth') })),
    mean: stat.statistic(units, 'mean', stat.averageOf(survives.map(({ of }) => of))),
  };
}
