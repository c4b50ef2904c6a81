import { cka, permutationTest } from '@interlayer/cka';
import { matrix } from '@interlayer/linalg';

export async function run(): Promise<number[]> {
  const [X, Y] = [matrix([1, 0, 0, 1, 1, 1, 2, 1, 0, 3], 2), matrix([7, 4, 6, 8, 1], 1)];
  const { permuted } = await permutationTest(X, Y, { seed: 1, permutations: 5 });
  return [(await cka(X, Y)).value!, (await cka(X, Y, { kernel: 'rbf' })).value!, ...permuted];
}
