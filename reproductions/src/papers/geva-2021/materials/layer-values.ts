import type { Matrix } from '@interlayer/linalg';
import type { Site } from '../../../subjects/specimen';

/** What a layer holds at some contexts, one a row: the residual, the cells' coefficients, what they write, and the stream after it. */
export interface LayerValues {
  r: Matrix;
  coefficients: Matrix;
  y: Matrix;
  /** r + y, before a post-LN block normalises it. */
  sum: Matrix;
  o: Matrix;
  /** What opens the cells; of cells without gates their coefficients. */
  gates: Matrix;
}

/** The sites that these are read at. */
export const sitesOf = ({ gated }: { gated: boolean }): Site[] => [
  'middle',
  'ffn.hidden',
  'ffn.output',
  'ffn.sum',
  'output',
  ...(gated ? (['ffn.gate'] as const) : []),
];

/** @param values in the order of {@link sitesOf} */
export const layerValues = ([r, coefficients, y, sum, o, gates]: readonly Matrix[]): LayerValues => ({
  r: r!,
  coefficients: coefficients!,
  y: y!,
  sum: sum!,
  o: o!,
  gates: gates ?? coefficients!,
});
