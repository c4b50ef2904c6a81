import { matrix } from '@interlayer/linalg';
import { probe } from '@interlayer/linear-probe';

export async function run(): Promise<number[]> {
  const labels = Array.from({ length: 60 }, (_, i) => i % 2);
  const X = matrix(
    labels.map((label, i) => label + Math.sin(i)),
    1,
  );
  const { record, model } = await probe({ X, labels, seed: 1 });
  return [record.test.estimate, record.codelength!.bits, ...model.coefficients.data];
}
