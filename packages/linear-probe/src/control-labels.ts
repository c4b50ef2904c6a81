import { randomIndex, shuffled } from '@interlayer/stats';
import { groupedRows } from './grouped-rows';
import { classCounts } from './labels';

/**
 * The labels of a control task (Hewitt & Liang 2019): every type (a word, for instance) gets one random class, which all its
 * rows share, so that only a probe that memorises types can do well. The distribution of labels is kept as closely as the
 * types' sizes allow: the largest types choose first, and a class is drawn in proportion to the rows that it still lacks.
 * @param ids The classes of the real task: [n].
 * @param types The type of each row: [n]. With a type of its own for each row the labels are shuffled.
 * @throws when there is not one type for each row, or the seed is not a 32-bit integer.
 */
export function controlLabels(
  ids: Int32Array,
  types: ArrayLike<unknown>,
  { classes, seed }: { classes: number; seed: number },
): Int32Array {
  if (types.length !== ids.length)
    throw new Error(`There are ${types.length} types for ${ids.length} rows; give one each.`);
  const draw = randomIndex(seed);
  const lacking = classCounts(ids, classes);
  const control = new Int32Array(ids.length);
  // The sort is stable: types of one size stay in random order.
  for (const rows of shuffled(groupedRows(types), draw).sort((a, b) => b.length - a.length)) {
    const total = lacking.reduce((sum, count) => sum + Math.max(count, 0), 0);
    let place = draw(total);
    let id = 0;
    while (place >= lacking[id]) place -= Math.max(lacking[id++], 0);
    lacking[id] -= rows.length;
    for (const row of rows) control[row] = id;
  }
  return control;
}
