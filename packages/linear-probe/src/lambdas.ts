/** 10² … 10⁻⁴ in powers of ten. */
export const defaultLambdas: readonly number[] = [1e2, 1e1, 1, 1e-1, 1e-2, 1e-3, 1e-4];

/** @throws when λ is not a finite number ≥ 0. */
export function requireLambda(lambda: number): void {
  if (!(lambda >= 0 && lambda < Number.POSITIVE_INFINITY))
    throw new Error(`lambda is ${lambda}; a penalty is a finite number ≥ 0.`);
}

/**
 * The path in descending order.
 * @throws when it is empty, repeats a λ, or one is not a finite number ≥ 0.
 */
export function descending(lambdas: readonly number[]): number[] {
  if (lambdas.length === 0) throw new Error('The path of lambdas is empty; give at least one.');
  for (const lambda of lambdas) requireLambda(lambda);
  const path = lambdas.toSorted((a, b) => b - a);
  for (let i = 1; i < path.length; i++)
    if (path[i] === path[i - 1]) throw new Error(`The path of lambdas has ${path[i]} twice.`);
  return path;
}
