import { matrix, ridge } from '@interlayer/linalg';

export async function run(): Promise<number[]> {
  const X = matrix([1, 0, 0, 1, 1, 1, 2, 1], 2);
  const { coefficients, intercept } = await ridge({ X, Y: matrix([7, 4, 6, 8], 1), lambda: 0.5 });
  return [...coefficients.data, ...intercept];
}
