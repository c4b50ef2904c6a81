import type { Described, Kind } from '../kind';
import { type Bars, bars } from './bars';
import { type DepthCurves, depthCurves } from './depth-curves';
import { type Heatmap, heatmap } from './heatmap';
import { type Scatter, scatter } from './scatter';

type Single = DepthCurves | Bars | Scatter | Heatmap;

/** Several figures of one kind beside each other, on the same scales. The title of each is its panel's heading. */
export interface SmallMultiples extends Described {
  kind: 'multiples';
  figures: readonly Single[];
}

export const singleKinds = { depth: depthCurves, bars, scatter, heatmap };

const kindOf = ({ figures }: SmallMultiples): Kind<Single> => singleKinds[figures[0]!.kind] as Kind<Single>;

/** The least width of a panel and the space between two, in pixels. */
const [LEAST, GAP] = [200, 18];

export const smallMultiples: Kind<SmallMultiples> = {
  check(figure) {
    const kinds = [...new Set(figure.figures.map(({ kind }) => kind))];
    if (kinds.length !== 1)
      throw new Error(
        `figures of figure "${figure.title}" are of ${kinds.length ? `the kinds ${kinds.join(' and ')}` : 'no kind'}: give one or more figures of one kind`,
      );
    if (!(kinds[0]! in singleKinds))
      throw new Error(
        `figures of figure "${figure.title}" are of the kind ${kinds[0]}: give ${Object.keys(singleKinds).join(', ')}`,
      );
    for (const each of figure.figures) kindOf(figure).check(each);
    const scales = figure.figures.map((each) => [
      each.unit,
      ...(each.kind === 'heatmap' ? [each.scale ?? 'sequential'] : []),
    ]);
    const differing = scales.find((scale) => String(scale) !== String(scales[0]));
    if (differing)
      throw new Error(
        `figures of figure "${figure.title}" share their scales, but one shows ${scales[0]!.join(', ')} and another ${differing.join(', ')}: give them one unit and one scale`,
      );
  },
  panels([figure], width) {
    const { figures } = figure!;
    const most = Math.max(1, Math.floor((width + GAP) / (LEAST + GAP)));
    // Rows of equal length, as far as that is possible.
    const across = Math.ceil(figures.length / Math.ceil(figures.length / most));
    return kindOf(figure!)
      .panels(figures, Math.floor((width - GAP * (across - 1)) / across))
      .map((panel, i) => ({ ...panel, name: figures[i]!.title }));
  },
  keys: ([figure]) => kindOf(figure!).keys(figure!.figures),
  table(figure) {
    const tables = figure.figures.map((each) => kindOf(figure).table(each));
    return {
      columns: ['panel', ...tables[0]!.columns],
      rows: tables.flatMap(({ rows }, i) => rows.map((row) => [figure.figures[i]!.title, ...row])),
    };
  },
  describe: (figure) => figure.figures.map((each) => `${each.title}: ${kindOf(figure).describe(each)}`).join(' '),
};
