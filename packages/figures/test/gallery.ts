import type { Figure } from '../src';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const round = (value: number) => Number(value.toFixed(3));
const tokens = ['[CLS]', 'the', 'people', 'of', 'the', 'united', 'states', '[SEP]'];

/** The figures of the README's pictures, with made-up numbers. */
export const gallery: Record<'depth' | 'heads', Figure> = {
  depth: {
    kind: 'depth',
    title: 'Accuracy of a probe',
    unit: '% right',
    note: 'Made-up numbers. Whiskers: 95 % intervals. Band: quartiles over sentences.',
    range: [0, 100],
    series: [
      {
        name: 'a published model, 12 layers',
        role: 'paper',
        points: upTo(12).map((layer) => ({ depth: layer / 12, layer, value: 35 + 4 * layer })),
      },
      {
        name: 'ours, 6 layers',
        role: 'ours',
        points: upTo(6).map((layer) => {
          const value = 30 + 12 * layer - layer ** 2;
          return {
            depth: layer / 6,
            layer,
            value,
            interval: [value - 3, value + 3],
            quartiles: [value - 9, value + 7],
          };
        }),
      },
      {
        name: 'untrained',
        role: 'untrained',
        points: upTo(6).map((layer) => ({ depth: layer / 6, layer, value: 12 + (layer % 2) })),
      },
    ],
  },
  heads: {
    kind: 'multiples',
    title: 'Three heads of one layer',
    unit: 'attention',
    note: 'Made-up numbers.',
    figures: ['the token before', 'the first token', 'itself'].map((title, head) => ({
      kind: 'heatmap',
      title,
      unit: 'attention',
      rows: tokens,
      columns: tokens,
      values: tokens.map((_, i) =>
        tokens.map((_, j) => {
          const goal = [Math.max(0, i - 1), 0, i][head]!;
          return round(Math.exp(-Math.abs(j - goal)) / (1 + head / 2));
        }),
      ),
    })),
  },
};
