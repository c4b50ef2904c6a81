import { memoryCoefficients, readout } from '@interlayer/ffn-memory';
import { matrix } from '@interlayer/linalg';

export async function run(): Promise<number[]> {
  const coefficients = await memoryCoefficients(matrix([1, 3], 2), matrix([1, 0, 0, 1, -1, -1], 2), [0, 0, 0], 'gelu');
  const { probability } = await readout(matrix([2, 0, 0, 1, 5, 5], 2), matrix([1, 0, 0, 1, 0.9, 0.9], 2));
  return [...coefficients.data, ...probability];
}
