import { type Numbers, toFinite } from './list';

/**
 * The rank of each value, from 1; equal values share the mean of their ranks.
 * @throws when a value is not finite.
 */
export function ranks(values: Numbers): Float64Array {
  const finite = toFinite(values, 'The list to rank');
  const order = Uint32Array.from(finite.keys()).sort((i, j) => finite[i] - finite[j]);
  const ranked = new Float64Array(finite.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && finite[order[to]] === finite[order[from]]) to++;
    for (let k = from; k < to; k++) ranked[order[k]] = (from + 1 + to) / 2;
    from = to;
  }
  return ranked;
}
