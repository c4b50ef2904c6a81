import { stat } from '../../claim';
import { stopWordTokens } from '../../materials/stop-words';
import type { Agreements } from './materials/zero-agreement';

/** A prefix of fewer tokens than this is short, as in the paper. */
export const SHORT = 5;

type Prefix = Agreements['prefixes'][number];

/** Shares (percent) among the (layer, prefix) pairs in which some cell agrees with its layer, and among the others. */
export type Shares = readonly [agreeing: stat.Statistic, others: stat.Statistic];

export function exceptionsOf({ layers, prefixes, tokenizer, units }: Agreements) {
  const stops = stopWordTokens(tokenizer);
  // `truth` is undefined for prefixes that do not count.
  const share = (agrees: boolean, label: string, truth: (prefix: Prefix) => boolean | undefined) => {
    const chosen = layers.flatMap(({ zero }) =>
      prefixes.flatMap((prefix, unit) => (zero.all[unit] !== agrees && truth(prefix) !== undefined ? [unit] : [])),
    );
    const values = chosen.map((unit) => (truth(prefixes[unit]!) ? 100 : 0));
    return stat.statistic(units, label, stat.meanAmong(chosen, values));
  };
  const both = (truth: (prefix: Prefix) => boolean | undefined): Shares => [
    share(true, 'agreeing', truth),
    share(false, 'agreeing minus others', truth),
  ];
  return {
    stop: both(({ next }) => (next === undefined ? undefined : stops[next]!)),
    short: both(({ prefix }) => prefix.length < SHORT),
    /** Stop words among the block's own predictions, where a cell agrees and where none does, percent. */
    predicted: [true, false].map((agrees) => {
      const tokens = layers.flatMap(({ y, zero }) => Array.from(y).filter((_, i) => zero.all[i] !== agrees));
      return (100 * tokens.filter((token) => stops[token]).length) / tokens.length;
    }),
    /** How often some cell agrees, percent by layer. */
    agreeing: layers.map(({ zero }) => (100 * zero.all.filter((none) => !none).length) / zero.all.length),
  };
}

export type Exceptions = ReturnType<typeof exceptionsOf>;

/** "37 against 36". */
export const against = (shares: Shares) => shares.map((share) => stat.plainly(share).toFixed(0)).join(' against ');

/** All four shares, one bar each. */
export const bars = ({ stop, short }: Exceptions) => [...stop, ...short].map((share) => [stat.plainly(share)]);
