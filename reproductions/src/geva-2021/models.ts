/** The untrained model of a shape, and the trained one with its values dealt out anew among the keys of their layer. */
export interface Controls<T> {
  untrained: T;
  shuffled: T;
}

/** A trained model and its controls. */
export interface Models<T> extends Controls<T> {
  trained: T;
}

/** Makes the same of each, one after the other: what works on one of them has the memory to itself. */
export async function forEachModel<T>(make: (name: keyof Models<T>) => T | Promise<T>): Promise<Models<T>> {
  const [trained, untrained] = [await make('trained'), await make('untrained')];
  return { trained, untrained, shuffled: await make('shuffled') };
}
