import type { Figure } from '../harness/result-schema';

type Series = Extract<Figure, { kind: 'depth' }>['series'][number];
type Role = Series['role'];

export interface LayerValue {
  value: number;
  interval?: [number, number];
  quartiles?: [number, number];
}

/** One line of a figure over relative depth: layer ℓ of L stands at ℓ / L. */
export function depthSeries(name: string, role: Role, layers: readonly LayerValue[]): Series {
  return {
    name,
    role,
    points: layers.map(({ value, interval, quartiles }, i) => ({
      depth: (i + 1) / layers.length,
      layer: i + 1,
      value,
      ...(interval ? { interval } : {}),
      ...(quartiles ? { quartiles } : {}),
    })),
  };
}

export const PAPER = 'paper, 16 layers';
export const oursOf = (depth: number): string => `mini, ${depth} layers`;
export const UNTRAINED = 'mini, untrained';

/** Where the paper's numbers come from. */
export const PAPER_NOTE =
  "The paper prints no numbers for this figure; its values are read from the figure's own coordinates.";

/** "3.2 to 48.1" over layers. */
export function range(values: readonly number[], digits = 0): string {
  return `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
}
