import { type Order, orderOf, requireCount } from './order';

/**
 * One layer, or several in turn, run `times` times: weight sharing as in ALBERT.
 * @param what the index of a layer, or a list of them
 * @throws when the list is empty, an entry is not the index of a layer, or `times` is not a whole number of at least 1.
 */
export function repeat(layers: number, what: number | readonly number[], times: number): Order {
  const group = typeof what === 'number' ? [what] : what;
  if (group.length === 0) throw new Error('There is no layer to repeat; give at least one.');
  requireCount('times', times, 1);
  return orderOf(Array(times).fill(group).flat(), layers);
}
