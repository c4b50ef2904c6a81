import { type Matrix, matrix } from '@interlayer/linalg';
import { values } from '@interlayer/test-kit';
import fc from 'fast-check';

const filled = (rows: number, columns: number) =>
  fc.array(values(), { minLength: rows * columns, maxLength: rows * columns }).map((data) => matrix(data, columns));

/** A random feed-forward block with inputs and an embedding; shrinks its shape first. */
export const ffn = fc
  .record({
    n: fc.integer({ min: 1, max: 3 }),
    d: fc.integer({ min: 1, max: 5 }),
    cells: fc.integer({ min: 1, max: 8 }),
    vocabulary: fc.integer({ min: 2, max: 9 }),
  })
  .chain(({ n, d, cells, vocabulary }) =>
    fc.record({
      x: filled(n, d),
      keys: filled(cells, d),
      b1: fc.array(values(), { minLength: cells, maxLength: cells }),
      values: filled(cells, d),
      b2: fc.array(values(), { minLength: d, maxLength: d }),
      embedding: filled(vocabulary, d),
    }),
  );

export const rows = (a: Matrix): number[][] =>
  Array.from({ length: a.rows }, (_, r) => Array.from(a.data.subarray(r * a.columns, (r + 1) * a.columns)));

export const dot = (a: number[], b: number[]): number => a.reduce((sum, v, k) => sum + v * b[k]!, 0);

/** Logits of one vector, brute force. */
export const logits = (h: number[], embedding: Matrix): number[] => rows(embedding).map((e) => dot(h, e));

/** Largest minus second largest: a property of tops holds where this is clearly above rounding. */
export const margin = (values: number[]): number => {
  const [first = 0, second = Number.NEGATIVE_INFINITY] = [...values].sort((a, b) => b - a);
  return first - second;
};

export const softmax = (values: number[]): number[] => {
  const e = values.map((v) => Math.exp(v - Math.max(...values)));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / sum);
};
