import { weightedMean } from '@interlayer/stats';
import { stat } from '../../claim';
import { coverageShare, type Group, type LayerPatterns, type Patterns } from './materials/patterns';
import { KEY_INTERVALS } from './materials/sample';

/** How many groups of triggers have a pattern. */
export const patterned = (groups: readonly Group[]): number =>
  groups.filter(({ patterns }) => patterns.length > 0).length;

export const patternedPercent = (groups: readonly Group[]): string =>
  ((100 * patterned(groups)) / groups.length).toFixed(0);

export const patternsAKey = (groups: readonly Group[]): number =>
  groups.reduce((sum, { patterns }) => sum + patterns.length, 0) / groups.length;

/** Shares of the modal last token among the triggers of keys that are alive, and which keys have a pattern. */
export function modalShares({ layers, random }: Patterns) {
  const modal = layers.map(({ modal }) => modal.filter((share) => share > 0));
  const percents = modal.flatMap((shares) => Array.from(shares, (share) => 100 * share));
  const groups = layers.map((layer) => layer.groups);
  return {
    modal,
    /** Percent, by layer. */
    means: modal.map((shares) => 100 * (shares.reduce((sum, share) => sum + share, 0) / shares.length)),
    mean: stat.statistic(stat.independent(percents.length, KEY_INTERVALS), 'mean', weightedMean(percents)),
    groups,
    all: groups.flat(),
    random,
    hasPattern: groups.map((keys, i) => ({
      label: `layer ${i + 1}`,
      truths: keys.map(({ patterns }) => patterns.length > 0),
    })),
  };
}

/** Shares of triggers with patterns of one kind only, by how much they differ between the halves of the layers. */
export function halves({ layers }: { layers: readonly LayerPatterns[] }) {
  const groups = layers.map((layer) => layer.groups);
  const keys = groups.flatMap((list, layer) => list.map((group) => ({ group, upper: layer >= layers.length / 2 })));
  const units = stat.independent(keys.length, KEY_INTERVALS);
  const half = (kind: 'shallow' | 'semantic', upper: boolean) => {
    const places = keys.flatMap((key, i) => (key.upper === upper ? [i] : []));
    return stat.meanAmong(
      places,
      places.map((i) => coverageShare([keys[i]!.group], kind)),
    );
  };
  const excess = (label: string, more: stat.Weighted, less: stat.Weighted) =>
    stat.statistic(units, label, (weights) => more(weights) - less(weights));
  return {
    groups,
    shallow: excess('lower minus upper half', half('shallow', false), half('shallow', true)),
    semantic: excess('upper minus lower half', half('semantic', true), half('semantic', false)),
    topical: groups.map((list) => list.filter(({ topical }) => topical).length),
  };
}
