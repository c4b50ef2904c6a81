import { type BootstrapInterval, type BootstrapOptions, bootstrap } from './bootstrap';
import { type Numbers, toFinite } from './list';

/**
 * A bootstrap interval of a statistic of grouped numbers (questions with several seeds, documents with sentences): groups
 * are drawn first, then items within each drawn group. BCa leaves out whole groups, and `n` counts groups. For statistics of
 * anything else, or of many lists at once, see {@link clusterBootstrap}.
 *
 * Items are resampled within groups although the differences between groups already contain their noise, so the interval is
 * somewhat too wide where items within a group vary more than the groups do, and close to nominal where groups dominate.
 *
 * @param statistic Takes the groups; they are overwritten by the next call, so they must not be kept.
 * @returns As {@link bootstrapInterval}; a single group is degenerate however many items it has.
 * @throws when there are no groups, one is empty, a number is not finite, or an option is out of range.
 */
export function hierarchicalBootstrap(
  groups: readonly Numbers[],
  statistic: (groups: Float64Array[]) => number,
  options: BootstrapOptions,
): BootstrapInterval {
  const n = groups.length;
  if (n === 0) throw new Error('A bootstrap of no groups is undefined; give at least two.');
  const items = groups.map((group, i) => {
    if (group.length === 0) throw new Error(`Group ${i} has no items; leave it out.`);
    return toFinite(group, `Group ${i}`);
  });
  const longest = items.reduce((most, group) => Math.max(most, group.length), 0);
  // Each place has a buffer, and a view of it for each length of a group; views are created once, not per draw.
  const places = items.map(() => ({ buffer: new Float64Array(longest), views: [] as Float64Array[] }));
  const sample: Float64Array[] = new Array(n);
  return bootstrap(
    {
      n,
      unit: 'groups',
      estimate: statistic(items.map((group) => group.slice())),
      resample(draw) {
        for (let place = 0; place < n; place++) {
          const { buffer, views } = places[place];
          const group = items[draw(n)];
          const size = group.length;
          for (let i = 0; i < size; i++) buffer[i] = group[draw(size)];
          sample[place] = views[size] ??= buffer.subarray(0, size);
        }
        return statistic(sample);
      },
      leaveOut: (blocks, block) => statistic(items.filter((_, i) => blocks[i] !== block).map((group) => group.slice())),
    },
    options,
  );
}
