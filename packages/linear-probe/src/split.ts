import { randomIndex, shuffled } from '@interlayer/stats';
import { groupedRows } from './grouped-rows';

export type PartName = 'train' | 'dev' | 'test';

/** Rows of a data set, in ascending order. The name is part of the type: what is fitted takes a `Part<'train'>` only. */
export interface Part<Name extends PartName = PartName> {
  readonly name: Name;
  readonly rows: Int32Array;
}

export type Split = { readonly [Name in PartName]: Part<Name> };

const NAMES = ['train', 'dev', 'test'] as const;

export interface SplitOptions {
  seed: number;
  /** The rows that each part gets, in proportion; 60, 20 and 20 % unless set. */
  shares?: Readonly<Record<PartName, number>>;
}

/**
 * Divides rows among train, dev and test so that all rows of a group (a sentence, a document) come into the same part.
 * Groups come in random order, each into the part that has the fewest rows for its share.
 * @param groups The group of each row; give each row its own where rows are independent.
 * @throws when a share is not positive, or there are too few groups to give every part some.
 */
export function splitByGroup(
  groups: ArrayLike<unknown>,
  { seed, shares = { train: 0.6, dev: 0.2, test: 0.2 } }: SplitOptions,
): Split {
  for (const name of NAMES)
    if (!(shares[name] > 0 && shares[name] < Number.POSITIVE_INFINITY))
      throw new Error(`The share of ${name} is ${shares[name]}; give a positive number.`);
  const rows: Record<PartName, number[]> = { train: [], dev: [], test: [] };
  const filled = (name: PartName) => rows[name].length / shares[name];
  const members = groupedRows(groups);
  for (const group of shuffled(members, randomIndex(seed))) {
    const emptiest = NAMES.reduce((a, b) => (filled(b) < filled(a) ? b : a));
    for (const row of group) rows[emptiest].push(row);
  }
  if (NAMES.some((name) => rows[name].length === 0))
    throw new Error(
      `${members.length} ${members.length === 1 ? 'group cannot fill' : 'groups cannot fill'} train, dev and test; give at least 3 groups of similar size.`,
    );
  return splitOf(rows);
}

/** A split of your own: the rows of each part, in any order. It is checked where it is used. */
export function splitOf(rows: Readonly<Record<PartName, ArrayLike<number>>>): Split {
  const part = <Name extends PartName>(name: Name): Part<Name> => ({ name, rows: Int32Array.from(rows[name]).sort() });
  return { train: part('train'), dev: part('dev'), test: part('test') };
}

/** @throws when a part is empty, has a row twice or one beyond the data, or a group has rows in two parts. */
export function requireSplit(split: Split, groups: ArrayLike<unknown>): void {
  const partOfGroup = new Map<unknown, PartName>();
  const seen = new Map<number, PartName>();
  for (const name of NAMES) {
    if (split[name].name !== name) throw new Error(`The ${name} part of the split is named ${split[name].name}.`);
    if (split[name].rows.length === 0) throw new Error(`The ${name} part of the split has no rows.`);
    for (const row of split[name].rows) {
      if (!(row >= 0 && row < groups.length))
        throw new Error(`The ${name} part has row ${row}; there are rows 0 to ${groups.length - 1}.`);
      if (seen.has(row)) throw new Error(`Row ${row} is in ${seen.get(row)} and again in ${name}.`);
      seen.set(row, name);
      const other = partOfGroup.get(groups[row]) ?? name;
      if (other !== name)
        throw new Error(
          `Group ${JSON.stringify(groups[row])} has rows in ${other} and in ${name} (row ${row}); keep each group in one part, as splitByGroup does.`,
        );
      partOfGroup.set(groups[row], name);
    }
  }
}
