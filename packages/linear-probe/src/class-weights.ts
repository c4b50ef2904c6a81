import { classCounts, type Label } from './labels';

/** `'balanced'` gives every class the same total weight; a record gives a weight to each class by its name. */
export type ClassWeights = 'balanced' | Readonly<Record<Label, number>>;

/**
 * The weight of each row: [n]; 1 each unless class weights are given.
 * @throws when a class has no weight, or one that is not a positive finite number.
 */
export function rowWeights(ids: Int32Array, classes: readonly Label[], weights?: ClassWeights): Float64Array {
  if (weights === undefined) return new Float64Array(ids.length).fill(1);
  const counts = classCounts(ids, classes.length);
  const present = counts.filter((count) => count > 0).length;
  const perClass = classes.map((name, id) => {
    if (weights === 'balanced') return ids.length / (present * counts[id]);
    const weight = weights[name];
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY))
      throw new Error(`The weight of class ${JSON.stringify(name)} is ${weight}; give every class a positive number.`);
    return weight;
  });
  return Float64Array.from(ids, (id) => perClass[id]);
}
