import { type BootstrapInterval, type BootstrapOptions, bootstrap } from './bootstrap';
import { type Numbers, toFinite } from './list';

/**
 * A bootstrap interval of any statistic of independent items, from the same function that computes the reported estimate.
 *
 * @param statistic Takes a sample (a Float64Array of numbers, otherwise an array of the items) and may reorder it. The
 * array is overwritten by the next call, so it must not be kept.
 * @returns The interval; `degenerate` gives the reason where there are no bounds (one item, no variation, a statistic that is
 * undefined on more than 1 % of the resamples).
 * @throws when there are no items, a number is not finite, or an option is out of range.
 */
export function bootstrapInterval(
  sample: Numbers,
  statistic: (sample: Float64Array) => number,
  options: BootstrapOptions,
): BootstrapInterval;
export function bootstrapInterval<T>(
  sample: readonly T[],
  statistic: (sample: T[]) => number,
  options: BootstrapOptions,
): BootstrapInterval;
export function bootstrapInterval(
  sample: ArrayLike<unknown>,
  // biome-ignore lint/suspicious/noExplicitAny: the overloads say which array the statistic takes.
  statistic: (sample: any) => number,
  options: BootstrapOptions,
): BootstrapInterval {
  const n = sample.length;
  if (n === 0) throw new Error('A bootstrap of no items is undefined; give at least two.');
  const items = typeof sample[0] === 'number' ? toFinite(sample as Numbers, 'The sample') : Array.from(sample);
  const resampled = items.slice() as unknown[];
  return bootstrap(
    {
      n,
      unit: 'items',
      estimate: statistic(items.slice()),
      resample(draw) {
        for (let i = 0; i < n; i++) resampled[i] = items[draw(n)];
        return statistic(resampled);
      },
      leaveOut: (blocks, block) => statistic((items as unknown[]).filter((_, i) => blocks[i] !== block)),
    },
    options,
  );
}
