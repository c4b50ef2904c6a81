import type { Coverage } from '@interlayer/ffn-memory';
import type { Group } from './measure-patterns';

/** The kinds of figure 2, in its order. */
export const coverages: readonly Coverage[] = ['shallow', 'shallow + semantic', 'semantic', 'none'];

/** Share of the prefixes of some groups that carry patterns of a kind, percent. */
export function coverageShare(groups: readonly Group[], kind: Coverage): number {
  const all = groups.flatMap(({ coverage }) => coverage);
  return (100 * all.filter((found) => found === kind).length) / all.length;
}

/** Share that carry any. */
export const coveredShare = (groups: readonly Group[]): number => 100 - coverageShare(groups, 'none');
