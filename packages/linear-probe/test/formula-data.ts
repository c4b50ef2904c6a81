import { type Float64Matrix, matrix } from '@interlayer/linalg';
import { seededRandom } from '@interlayer/test-kit';

const range = (n: number) => [...Array(n).keys()];

/** The data of scripts/record-sklearn.py: classes of a planted linear map, with noise, from formulas. */
export function formulaData(): { X: Float64Matrix; ids: Int32Array; classes: number } {
  const [n, d, k] = [150, 6, 4];
  const wave = (i: number, j: number) => Math.sin(0.7 * (i + 1) * (j + 1)) * (1 + j);
  const X = matrix(
    range(n).flatMap((i) => range(d).map((j) => wave(i, j) + 3 * j)),
    d,
  );
  const ids = Int32Array.from(range(n), (i) => {
    const scores = range(k).map((c) => {
      const planted = range(d).reduce((sum, j) => sum + wave(i, j) * Math.cos(1.3 * c + 0.9 * j), 0);
      return planted + 2.5 * Math.sin(12.9898 * (i + 1) + 78.233 * (c + 1));
    });
    return scores.indexOf(Math.max(...scores));
  });
  return { X, ids, classes: k };
}

/** Normal features and classes that follow a planted linear map as closely as `signal` says; 0 is pure chance. */
export function plantedData({ n = 200, d = 5, classes = 3, signal = 1, seed = 1 } = {}): {
  X: Float64Matrix;
  ids: Int32Array;
  classes: number;
} {
  const random = seededRandom(seed);
  // Twelve uniform numbers add up to nearly a normal one.
  const normal = () => range(12).reduce((sum) => sum + random(), -6);
  const X = matrix(range(n * d).map(normal), d);
  const planted = range(classes * d).map(normal);
  const ids = Int32Array.from(range(n), (i) => {
    const scores = range(classes).map(
      (c) => signal * range(d).reduce((sum, j) => sum + planted[c * d + j] * X.data[i * d + j], 0) + normal(),
    );
    return scores.indexOf(Math.max(...scores));
  });
  return { X, ids, classes };
}

export const ones = (n: number): Float64Array => new Float64Array(n).fill(1);
