import { matrix } from '@interlayer/linalg';
import { fitCosine, linearity } from '@interlayer/nonlinearity';

export async function run(): Promise<number[]> {
  const X = matrix(
    Array.from({ length: 80 }, (_, i) => Math.sin(i * i)),
    2,
  );
  const Y = matrix(X.data.map(Math.abs), 2);
  const { scores, intervals } = await linearity({ X, Y, seed: 1 });
  const { model } = await fitCosine({ X, Y, seed: 1, steps: 5, batch: 8 });
  const { gamma } = intervals({ measures: ['gamma'], resamples: 2000 });
  return [scores.gamma!, scores.r2!, gamma!.lower, ...model.intercept];
}
