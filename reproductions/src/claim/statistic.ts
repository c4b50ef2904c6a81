import { weightedMean, weightedQuantile, wilson } from '@interlayer/stats';

/**
 * A number computed from units that carry weights: how often each was drawn; 1 each for the data as they are. An array of weights
 * never changes once it was passed on.
 */
export type Weighted = (weights: Float64Array) => number;

/** What is resampled. */
export interface Units {
  /** The cluster of each unit; clusters are drawn first, then units within each. */
  clusters: ArrayLike<number>;
  /** How the intervals are made, in words. */
  method: string;
}

/** A number with its label, and the units it can be resampled over. */
export interface Statistic {
  label: string;
  units: Units;
  of: Weighted;
}

/** Units that are their own clusters. */
export const independent = (count: number, method: string): Units => ({
  clusters: Array.from({ length: count }, (_, i) => i),
  method,
});

/** Each resample is asked for one layer many times: by itself, and in differences to its neighbours and to the mean. */
function once(of: Weighted): Weighted {
  let last: Float64Array | undefined;
  let value = Number.NaN;
  return (weights) => {
    if (weights !== last) [last, value] = [weights, of(weights)];
    return value;
  };
}

export const statistic = (units: Units, label: string, of: Weighted): Statistic => ({ label, units, of: once(of) });

/** One statistic for each layer, labelled from `first` on. */
export const byLayer = (units: Units, layers: readonly Weighted[], first = 1): Statistic[] =>
  layers.map((of, i) => statistic(units, `layer ${i + first}`, of));

const difference = (after: number, before: number): number => after - before;

/** The change from each layer to the next. */
export const steps = (layers: readonly Statistic[], change = difference): Statistic[] =>
  layers
    .slice(1)
    .map(({ units, of }, i) =>
      statistic(units, `layer ${i + 1} to ${i + 2}`, (weights) => change(of(weights), layers[i]!.of(weights))),
    );

const joined = new WeakMap<Units, WeakMap<Units, Units>>();

/** Two independent samples as one, the clusters of each apart; the same object for the same two. */
function together(a: Units, b: Units): Units {
  const ofA = joined.get(a) ?? new WeakMap<Units, Units>();
  joined.set(a, ofA);
  const known = ofA.get(b);
  if (known) return known;
  const [first, second] = [Array.from(a.clusters), Array.from(b.clusters)];
  const apart = first.reduce((most, cluster) => Math.max(most, cluster), 0) + 1;
  const units = { clusters: [...first, ...second.map((cluster) => cluster + apart)], method: a.method };
  ofA.set(b, units);
  return units;
}

/** One statistic less another: of the same units, drawn together, or of two samples of different size, which are independent. */
function less(a: Statistic, b: Statistic, { units, label }: Pick<Statistic, 'units' | 'label'>): Statistic {
  const count = a.units.clusters.length;
  if (count === b.units.clusters.length) return statistic(units, label, (weights) => a.of(weights) - b.of(weights));
  return statistic(
    together(a.units, b.units),
    label,
    (weights) => a.of(weights.subarray(0, count)) - b.of(weights.subarray(count)),
  );
}

/** How much each statistic of one list exceeds its partner in another; labels stay unless another is given. */
export const excess = (larger: readonly Statistic[], smaller: readonly Statistic[], name?: string): Statistic[] =>
  larger.map((each, i) => less(each, smaller[i]!, { ...each, label: name ?? each.label }));

/** How much one statistic exceeds each of some others, whose labels stay. */
export const excessOver = (one: Statistic, others: readonly Statistic[]): Statistic[] =>
  others.map((other) => less(one, other, other));

/** The mean of some statistics, such as those of all layers. */
export const averageOf =
  (all: readonly Weighted[]): Weighted =>
  (weights) =>
    all.reduce((sum, of) => sum + of(weights), 0) / all.length;

/** Share of the units for which something is true, in percent. */
export const percentOf = (truths: readonly boolean[]): Weighted =>
  weightedMean(truths.map((truth) => (truth ? 100 : 0)));

/** Weighted mean of entries, each of which belongs to a unit: some units have none, some have several. */
export const meanAmong =
  (units: ArrayLike<number>, values: ArrayLike<number>): Weighted =>
  (weights) => {
    let [sum, total] = [0, 0];
    for (let i = 0; i < units.length; i++) {
      const weight = weights[units[i]!]!;
      sum += weight * values[i]!;
      total += weight;
    }
    return sum / total;
  };

/** A statistic of the data as they are. */
export const plainly = ({ units, of }: Pick<Statistic, 'units' | 'of'>): number =>
  of(new Float64Array(units.clusters.length).fill(1));

/** A share with Wilson's interval at 95 %, by units, in percent: it has a width also at 0 and 100 %. NaN of no units. */
export function wilsonShare(truths: readonly boolean[]): { value: number; interval: [number, number] } {
  if (truths.length === 0) return { value: Number.NaN, interval: [Number.NaN, Number.NaN] };
  const { estimate, lower, upper } = wilson(truths.filter(Boolean).length, truths.length);
  return { value: 100 * estimate, interval: [100 * lower, 100 * upper] };
}

/** The middle of the data as they are, their median unless another is given, with quartiles. */
export function quartilesOf(
  values: ArrayLike<number>,
  middle = weightedQuantile(values, 0.5),
): { value: number; quartiles: [number, number] } {
  const ones = new Float64Array(values.length).fill(1);
  const [low, value, high] = [weightedQuantile(values, 0.25), middle, weightedQuantile(values, 0.75)].map((of) =>
    of(ones),
  );
  return { value: value!, quartiles: [low!, high!] };
}

/** With so many digits, and without the sign of a zero. */
export const fixed = (value: number, digits = 0): string => value.toFixed(digits).replace(/^-(?=[0.]+$)/, '');

/** "3.2 to 48.1" over layers; one number where both ends read alike. */
export const range = (values: readonly number[], digits = 0): string =>
  [...new Set([Math.min(...values), Math.max(...values)].map((end) => fixed(end, digits)))].join(' to ');

/** "3, 12, 48": statistics of the data as they are. */
export const list = (statistics: readonly Statistic[], digits = 0): string =>
  statistics.map((each) => fixed(plainly(each), digits)).join(', ');

/** Their range. */
export const rangeOf = (statistics: readonly Statistic[], digits = 0): string => range(statistics.map(plainly), digits);

/** "4 points more", or "4 points less" of a difference below zero. */
export function more(difference: Statistic, unit: string, digits = 0): string {
  const text = fixed(plainly(difference), digits);
  return text.startsWith('-') ? `${text.slice(1)} ${unit} less` : `${text} ${unit} more`;
}

/** The ratio of the means of two independent samples, resampled together, layer by layer. */
export const ratiosOfMeans = (
  above: readonly ArrayLike<number>[],
  below: readonly ArrayLike<number>[],
  method: string,
): Statistic[] =>
  above.map((values, i) => {
    const [size, all] = [values.length, [...Array.from(values), ...Array.from(below[i]!)]];
    const [numerator, denominator] = [weightedMean(all.slice(0, size)), weightedMean(all.slice(size))];
    return statistic(
      independent(all.length, method),
      `layer ${i + 1}`,
      (weights) => numerator(weights.subarray(0, size)) / denominator(weights.subarray(size)),
    );
  });

/** A statistic of the units at some places: the others do not count. */
export const among =
  (places: readonly number[], of: Weighted): Weighted =>
  (weights) => {
    const chosen = new Float64Array(places.length);
    for (let i = 0; i < chosen.length; i++) chosen[i] = weights[places[i]!]!;
    return of(chosen);
  };

/** The sum of some counts. */
export const total = (counts: readonly { count: number }[]): number =>
  counts.reduce((sum, { count }) => sum + count, 0);
