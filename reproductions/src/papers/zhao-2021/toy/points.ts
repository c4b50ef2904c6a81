import { type Matrix, matrix } from '@interlayer/linalg';
import { normalQuantile, randomIndex, seedFrom } from '@interlayer/stats';

/** Points with their classes, one a row. */
export interface Points {
  x: Matrix;
  labels: Int32Array;
}

/** Numbers of a standard normal distribution. */
export function normals(seed: number): () => number {
  const draw = randomIndex(seed);
  return () => normalQuantile((draw(2 ** 32) + 0.5) / 2 ** 32);
}

const CENTRES = { count: 40, spread: 0.55 };
const NOISE = 0.9;

/**
 * Points in ten classes, four clouds each: 40 centres in 64 dimensions, of which every tenth has the same class. The
 * calibration run had the same distribution.
 */
export function clouds(count: number, seed: number): Points {
  const dimensions = 64;
  const [ofCentre, ofPoint] = [normals(seedFrom(seed, 'centres')), normals(seedFrom(seed, 'points'))];
  const centres = Array.from({ length: CENTRES.count }, () =>
    Float64Array.from({ length: dimensions }, () => CENTRES.spread * ofCentre()),
  );
  const draw = randomIndex(seedFrom(seed, 'clouds'));
  const which = Int32Array.from({ length: count }, () => draw(CENTRES.count));
  const x = Float32Array.from(
    { length: count * dimensions },
    (_, i) => centres[which[Math.floor(i / dimensions)]!]![i % dimensions]! + NOISE * ofPoint(),
  );
  return { x: matrix(x, dimensions), labels: which.map((centre) => centre % 10) };
}

/** Rows `from` … `to` − 1. */
export const slice = ({ x, labels }: Points, from: number, to: number): Points => ({
  x: matrix((x.data as Float32Array).subarray(from * x.columns, to * x.columns), x.columns),
  labels: labels.subarray(from, to),
});
