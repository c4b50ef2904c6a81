import { requireFinite } from '@interlayer/linalg';
import { classCounts } from './labels';
import type { SoftmaxRows } from './softmax-loss';

/**
 * Checks the rows of a fit. `present` are the classes that have rows, and `ids` each row's place among them.
 * @throws when there is not one class and one weight for each row, a value is not finite, a class is outside of 0 … classes − 1, or
 * all rows are of one class.
 */
export function requireRows({ X, ids, classes, weights }: SoftmaxRows): { ids: Int32Array; present: number[] } {
  requireFinite('X', X);
  if (ids.length !== X.rows || weights.length !== X.rows)
    throw new Error(`X has ${X.rows} rows, for ${ids.length} labels and ${weights.length} weights; give one each.`);
  for (let row = 0; row < ids.length; row++) {
    if (!(ids[row] >= 0 && ids[row] < classes))
      throw new Error(`Row ${row} is of class ${ids[row]}; the classes are 0 to ${classes - 1}.`);
    if (!(weights[row] > 0 && weights[row] < Number.POSITIVE_INFINITY))
      throw new Error(`The weight of row ${row} is ${weights[row]}; give a positive finite number.`);
  }
  const counts = classCounts(ids, classes);
  const present = [...counts.keys()].filter((id) => counts[id] > 0);
  if (present.length < 2)
    throw new Error(
      `All ${X.rows} rows that a probe should be fitted on are of ${present.length === 0 ? 'no class' : `class ${present[0]}`}; it needs at least two classes.`,
    );
  const places = new Int32Array(classes);
  for (const [place, id] of present.entries()) places[id] = place;
  return { ids: ids.map((id) => places[id]), present };
}
