import { probabilityBins } from '@interlayer/ffn-memory';
import { stat } from '../../claim';
import type { Memories } from './materials/memories';

/** How many of the sharpest values are looked at one by one, as in the paper's table 2. */
export const SHARPEST = 100;

interface Key {
  /** Index among the cells of all layers. */
  index: number;
  layer: number;
  probability: number;
  upper: boolean;
  agrees: boolean;
  /** One of the triggers is followed by the value's top token. */
  hit: boolean;
}

/** The values of all layers by the largest probability of their distributions: who agrees, and where they sit. */
export function sharpnessOf({ layers, units }: Memories) {
  const keys: Key[] = layers.flatMap(({ probability, agrees, precision }, layer) =>
    Array.from(probability, (p, cell) => ({
      probability: p,
      index: layer * probability.length + cell,
      layer,
      upper: layer >= layers.length / 2,
      agrees: agrees.next[cell]!,
      hit: precision[cell]! > 0,
    })),
  );
  const ranked = [...keys].sort((a, b) => b.probability - a.probability || a.index - b.index);
  const quarter = (total: number) => total / 4;
  const [top, bottom] = [ranked, [...ranked].reverse()].map((order) =>
    shareAmong(order, ({ agrees }) => agrees, quarter),
  ) as [stat.Weighted, stat.Weighted];
  const amongSharpest = (truth: (key: Key) => boolean) => shareAmong(ranked, truth, () => SHARPEST);
  const sharpest = ranked.slice(0, SHARPEST);
  const over = (label: string, of: stat.Weighted) => stat.statistic(units, label, of);
  return {
    keys,
    top: over('top quarter', top),
    bottom: over('bottom quarter', bottom),
    overBottom: over('top − 2 × bottom', (weights) => top(weights) - 2 * bottom(weights)),
    upper: over(
      'in the upper half',
      amongSharpest(({ upper }) => upper),
    ),
    hits: over(
      'with a hit',
      amongSharpest(({ hit }) => hit),
    ),
    inUpperHalf: sharpest.filter(({ upper }) => upper).length,
    withHit: sharpest.filter(({ hit }) => hit).length,
    byLayer: layers.map((_, layer) => sharpest.filter((key) => key.layer === layer).length),
  };
}

export type Sharpness = ReturnType<typeof sharpnessOf>;

/** Share (percent) of what is true among the first `weight` of the keys' weight, in the given order. */
function shareAmong(
  keys: readonly Key[],
  truth: (key: Key) => boolean,
  weight: (total: number) => number,
): stat.Weighted {
  const places = Int32Array.from(keys, ({ index }) => index);
  const truths = keys.map(truth);
  return (weights) => {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i]!;
    const wanted = weight(total);
    let [left, sum] = [wanted, 0];
    for (let i = 0; i < places.length && left > 0; i++) {
      const taken = Math.min(left, weights[places[i]!]!);
      if (truths[i]) sum += taken;
      left -= taken;
    }
    return (100 * sum) / wanted;
  };
}

/** A probability in ten-thousandths. */
export const label = (probability: number): string => String(Number((probability * 1e4).toPrecision(2)));

export type Bins = ReturnType<typeof bins>;

/** Agreement by octiles of the largest probability, with Wilson's intervals as text. */
export function bins({ keys }: Sharpness) {
  const found = probabilityBins(
    keys.map(({ probability }) => probability),
    keys.map(({ agrees }) => agrees),
    { bins: 8, by: 'count' },
  );
  return {
    labels: found.map(({ to }) => label(to)),
    shares: found.map(({ cells, agreeing }) => [(100 * agreeing) / cells]),
    intervals: found.map(({ cells, agreeing }, i) => {
      const { interval } = stat.wilsonShare(Array.from({ length: cells }, (_, cell) => cell < agreeing));
      return `bin ${i + 1}: ${stat.range(interval, 1)}`;
    }),
  };
}
