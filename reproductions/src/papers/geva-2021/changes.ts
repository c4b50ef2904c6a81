import { type Mutation, mutations } from '@interlayer/ffn-memory';
import { weightedQuantile } from '@interlayer/stats';
import { stat } from '../../claim';
import type { KeyMutations, Mutated } from './materials/mutations';
import { KEY_INTERVALS } from './materials/sample';

const middle = (values: readonly number[]) => weightedQuantile(values, 0.5);

/** Medians over keys of what leaving a token out changes, layer by layer; each layer's keys are resampled alone. */
export function changesOf({ keys, layers, units }: Mutated) {
  const byLayer = Array.from({ length: layers }, (_, layer) => {
    const places = keys.flatMap((key, i) => (key.layer === layer ? [i] : []));
    const changes = places.map((i) => keys[i]!.change);
    return { places, changes, units: stat.independent(places.length, KEY_INTERVALS) };
  });
  const each = (value: (change: KeyMutations['change']) => number) =>
    byLayer.map(({ changes, units }, i) => stat.statistic(units, `layer ${i + 1}`, middle(changes.map(value))));
  const last = ({ places, changes }: (typeof byLayer)[number]) =>
    stat.among(places, middle(changes.map((change) => change.last)));
  const [first, top] = [last(byLayer[0]!), last(byLayer.at(-1)!)];
  const change = Object.fromEntries(mutations.map((name) => [name, each((change) => change[name])]));
  return {
    firstMinusRandom: each(({ first, random }) => first - random),
    twiceRandomMinusLast: each(({ last, random }) => 2 * random - last),
    change: change as Record<Mutation, stat.Statistic[]>,
    fades: stat.statistic(units, 'top layer minus layer 1', (weights) => top(weights) - first(weights)),
    all: stat.statistic(units, 'median', middle(keys.map(({ change }) => change.last))),
  };
}

export type Changes = ReturnType<typeof changesOf>;
