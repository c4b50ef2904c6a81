import type { Estimate } from './estimator';
import type { Figure, Role, Table } from './schema';
import { wilsonShare } from './statistic';

type Depth = Extract<Figure, { kind: 'depth' }>;
type Stacked = Extract<Figure, { kind: 'stacked' }>;
type Heatmap = Extract<Figure, { kind: 'heatmap' }>;

interface LayerValue {
  value: number | null;
  interval?: [number | null, number | null];
  quartiles?: [number, number];
}

/** A figure of lines over relative depth. */
export const depth = (
  title: string,
  unit: string,
  more: Pick<Depth, 'note' | 'range'>,
  series: Depth['series'],
): Depth => ({
  kind: 'depth',
  title,
  unit,
  series,
  ...more,
});

/** The usual figure of a claim about depth: the paper's line, ours, and that of the untrained model. */
export const against = (
  names: { ours: string; untrained: string },
  title: string,
  unit: string,
  { legend, ...more }: { legend: string } & Pick<Depth, 'note' | 'range'>,
  { paper, ours, untrained }: Record<'paper' | 'ours' | 'untrained', readonly (LayerValue | number)[]>,
): Depth =>
  depth(title, unit, more, [
    line(legend, 'paper', paper),
    line(names.ours, 'ours', ours),
    line(names.untrained, 'untrained', untrained),
  ]);

/** A figure of stacked shares, one panel beside the other. */
export const stacked = (
  title: string,
  unit: string,
  parts: readonly string[],
  more: Pick<Stacked, 'note' | 'axis' | 'range'>,
  panels: Stacked['panels'],
): Stacked => ({ kind: 'stacked', title, unit, parts: [...parts], panels, ...more });

/** A matrix of colours, [row][column], with names of layers or tokens on both axes; null (or NaN) where there is no value. */
export const heatmap = (
  title: string,
  unit: string,
  {
    rows,
    columns,
    ...more
  }: { rows: readonly string[]; columns: readonly string[] } & Pick<Heatmap, 'axes' | 'range' | 'scale' | 'note'>,
  values: readonly (readonly (number | null)[])[],
): Heatmap => ({
  kind: 'heatmap',
  title,
  unit,
  rows: [...rows],
  columns: [...columns],
  values: values.map((row) => row.map((value) => (Number.isNaN(value) ? null : value))),
  ...more,
});

/** One line over relative depth: layer ℓ of L is drawn at ℓ / L. Lines of one variant share a colour. */
export const line = (
  name: string,
  role: Role,
  layers: readonly (LayerValue | number)[],
  variant?: number,
): Depth['series'][number] => ({
  name,
  role,
  ...(variant === undefined ? {} : { variant }),
  points: layers.map((layer, i) => ({
    depth: (i + 1) / layers.length,
    layer: i + 1,
    ...(typeof layer === 'number' ? { value: layer } : layer),
  })),
});

/** One panel of stacked shares. */
export const panel = (
  name: string,
  role: Role,
  layers: readonly (readonly number[])[],
  labels?: readonly string[],
): Stacked['panels'][number] => ({
  name,
  role,
  layers: layers.map((shares) => [...shares]),
  ...(labels ? { labels: [...labels] } : {}),
});

/** Estimates as points with whiskers. */
export const whiskers = (estimates: readonly Estimate[]): LayerValue[] =>
  estimates.map(({ estimate, interval }) => ({ value: estimate, interval }));

/** Shares with whiskers; one of exactly 0 or 100 % does not vary over resamples, so Wilson's interval stands in. */
export const shares = (estimates: readonly Estimate[], truths: readonly (readonly boolean[])[]): LayerValue[] =>
  whiskers(estimates).map((point, i) => (Number.isFinite(point.interval?.[0]) ? point : wilsonShare(truths[i]!)));

/** Quartiles with the estimate that stands for their middle, and its interval. */
export const boxes = (
  quartiles: readonly { quartiles: [number, number] }[],
  estimates: readonly Estimate[],
): LayerValue[] => whiskers(estimates).map((point, i) => ({ ...point, quartiles: quartiles[i]!.quartiles }));

/** Boxes from the three lists of a paper's figure. */
export const boxesOf = (
  { q1, median, q3 }: Record<'q1' | 'median' | 'q3', readonly number[]>,
  scale = (value: number) => value,
): LayerValue[] => median.map((value, i) => ({ value: scale(value), quartiles: [scale(q1[i]!), scale(q3[i]!)] }));

/** A table with a column for each layer; `first` names the columns before them. */
export const layerTable = (
  title: string,
  first: readonly string[],
  layers: number,
  rows: Table['rows'],
  last: readonly string[] = [],
): Table => ({
  title,
  columns: [...first, ...Array.from({ length: layers }, (_, i) => `layer ${i + 1}`), ...last],
  rows,
});
