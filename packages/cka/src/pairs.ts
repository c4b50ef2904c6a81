/** Two representations, by their places in a list. */
export type Pair = readonly [first: number, second: number];

/** What CKA(X, Y) needs of the list [X, Y]. */
export const ONE_PAIR: readonly Pair[] = [
  [0, 1],
  [0, 0],
  [1, 1],
];
