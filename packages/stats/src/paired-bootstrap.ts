import { type BootstrapInterval, type BootstrapOptions, bootstrap } from './bootstrap';
import { type Numbers, requirePairs, toFinite } from './list';

/**
 * A bootstrap interval of a statistic of pairs, such as the difference of two systems on the same examples or a rank
 * correlation. Pairs are drawn together, so what the two have in common cancels as it does in the data.
 *
 * @param statistic Takes both lists; they are overwritten by the next call, so they must not be kept.
 * @returns As {@link bootstrapInterval}; `n` counts pairs.
 * @throws when the lists are empty or of different lengths, a number is not finite, or an option is out of range.
 */
export function pairedBootstrap(
  a: Numbers,
  b: Numbers,
  statistic: (a: Float64Array, b: Float64Array) => number,
  options: BootstrapOptions,
): BootstrapInterval {
  requirePairs(a, b);
  const n = a.length;
  if (n === 0) throw new Error('A bootstrap of no pairs is undefined; give at least two.');
  const left = toFinite(a, 'The first list');
  const right = toFinite(b, 'The second list');
  const drawnLeft = new Float64Array(n);
  const drawnRight = new Float64Array(n);
  return bootstrap(
    {
      n,
      unit: 'pairs',
      estimate: statistic(left.slice(), right.slice()),
      resample(draw) {
        for (let i = 0; i < n; i++) {
          const k = draw(n);
          drawnLeft[i] = left[k];
          drawnRight[i] = right[k];
        }
        return statistic(drawnLeft, drawnRight);
      },
      leaveOut(blocks, block) {
        const keep = (_: number, i: number) => blocks[i] !== block;
        return statistic(left.filter(keep), right.filter(keep));
      },
    },
    options,
  );
}
