import { type BootstrapInterval, type BootstrapOptions, bootstrap } from './bootstrap';
import { type Numbers, toFinite } from './list';

/**
 * A bootstrap interval of a statistic of grouped items (questions with several seeds, documents with sentences): groups are
 * drawn first, then items within each drawn group. BCa leaves out whole groups, and `n` counts groups.
 *
 * Items within groups are drawn anew although the groups' own differences already contain their noise, so the interval is
 * somewhat too wide where items of a group vary more than the groups do; it is close to nominal where groups dominate.
 *
 * @param statistic Takes the groups; they are refilled for every call, so they must not be kept.
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
  const places = items.map((group) => group.length);
  // A drawn group may be as long as the longest; its resample is a view of the right length.
  const buffers = items.map(() => new Float64Array(Math.max(...places)));
  return bootstrap(
    {
      n,
      unit: 'groups',
      estimate: statistic(items.map((group) => group.slice())),
      resample(draw) {
        return statistic(
          buffers.map((buffer) => {
            const group = items[draw(n)];
            for (let i = 0; i < group.length; i++) buffer[i] = group[draw(group.length)];
            return buffer.subarray(0, group.length);
          }),
        );
      },
      leaveOut: (blocks, block) => statistic(items.filter((_, i) => blocks[i] !== block).map((group) => group.slice())),
    },
    options,
  );
}
