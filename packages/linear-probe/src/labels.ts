/** A class: a name or a number. */
export type Label = string | number;

export interface EncodedLabels {
  /** Sorted, unless given. */
  classes: readonly Label[];
  /** Each row's index among the classes: [n] */
  ids: Int32Array;
}

/**
 * Labels as indices of classes.
 * @param classes All classes, in the order of the indices; without it, the sorted labels that occur.
 * @throws when a label is neither a string nor a finite number or is not among the classes (with its row), when classes repeat, or
 * when there are fewer than two of them.
 */
export function encodeLabels(labels: ArrayLike<Label>, classes?: readonly Label[]): EncodedLabels {
  const list = Array.from(labels);
  for (const [row, label] of list.entries()) requireLabel(`The label of row ${row}`, label);
  const names = classes ?? [...new Set(list)].sort(byValue);
  for (const name of names) requireLabel('A class', name);
  const indices = new Map(names.map((name, i) => [name, i]));
  if (indices.size < names.length) throw new Error(`The classes repeat a name: ${names.join(', ')}.`);
  if (names.length < 2)
    throw new Error(
      `A probe needs at least two classes; ${list.length} labels have ${names.length === 1 ? `only ${JSON.stringify(names[0])}` : 'none'}.`,
    );
  const ids = Int32Array.from(list, (label, row) => {
    const id = indices.get(label);
    if (id === undefined)
      throw new Error(
        `The label of row ${row} is ${JSON.stringify(label)}, which is not among the ${names.length} classes; add it to them or leave the row out.`,
      );
    return id;
  });
  return { classes: names, ids };
}

function requireLabel(what: string, label: unknown): void {
  if (typeof label !== 'string' && !(typeof label === 'number' && Number.isFinite(label)))
    throw new Error(`${what} is ${label}; it must be a string or a finite number.`);
}

/** Numbers by size, before strings by code units. */
function byValue(a: Label, b: Label): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : 1;
}

/** How many of the given rows (all unless given) each class has: [classes] */
export function classCounts(
  ids: Int32Array,
  classes: number,
  rows: Int32Array | number[] = [...ids.keys()],
): Int32Array {
  const counts = new Int32Array(classes);
  for (const row of rows) counts[ids[row]]++;
  return counts;
}
