import type { Figure } from '../harness/result-schema';
import type { Sized } from './subject';

type Series = Extract<Figure, { kind: 'depth' }>['series'][number];
type Role = Series['role'];

export interface LayerValue {
  value: number;
  interval?: [number, number];
  quartiles?: [number, number];
}

/** One line of a figure over relative depth: layer ℓ of L stands at ℓ / L. Lines of one variant share a colour. */
export function depthSeries(
  name: string,
  role: Role,
  layers: readonly (LayerValue | number)[],
  variant?: number,
): Series {
  return {
    name,
    role,
    ...(variant === undefined ? {} : { variant }),
    points: layers.map((layer, i) => {
      const { value, interval, quartiles }: LayerValue = typeof layer === 'number' ? { value: layer } : layer;
      return {
        depth: (i + 1) / layers.length,
        layer: i + 1,
        value,
        ...(interval ? { interval } : {}),
        ...(quartiles ? { quartiles } : {}),
      };
    }),
  };
}

export const PAPER = 'paper, 16 layers';
export const oursOf = ({ scale, depth }: Pick<Sized, 'scale' | 'depth'>): string => `${scale}, ${depth} layers`;
export const untrainedOf = ({ scale }: Pick<Sized, 'scale'>): string => `${scale}, untrained`;
export const shuffledOf = ({ scale }: Pick<Sized, 'scale'>): string => `${scale}, shuffled pairs`;

/** Where the paper's numbers come from. */
export const PAPER_NOTE =
  "The paper prints no numbers for this figure; its values are read from the figure's own coordinates.";

/** "3.2 to 48.1" over layers. */
export function range(values: readonly number[], digits = 0): string {
  return `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
}
