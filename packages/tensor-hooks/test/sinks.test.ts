import type { TopRow } from '@interlayer/linalg';
import { tolerance, values as value } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gramSink, histogramSink, type MergingSink, meanSink, type Rows, teeSink, topKSink } from '../src/index';

const columns = 3;
const positions = 2;
const event = { point: 'x', call: 0 };

interface Batch {
  values: Float32Array;
  examples: number[];
  mask?: Uint8Array;
}

/** Few distinct values, so that ties are common, and a few rows that are masked. */
const batchOf = (entry: fc.Arbitrary<number>): fc.Arbitrary<Omit<Batch, 'examples'> & { size: number }> =>
  fc.integer({ min: 1, max: 3 }).chain((size) =>
    fc.record({
      size: fc.constant(size),
      values: fc
        .array(entry, { minLength: size * positions * columns, maxLength: size * positions * columns })
        .map((list) => Float32Array.from(list)),
      mask: fc.option(
        fc
          .array(fc.constantFrom(0, 1, 1), { minLength: size * positions, maxLength: size * positions })
          .map((m) => Uint8Array.from(m)),
        { nil: undefined },
      ),
    }),
  );

const batches = (entry = fc.oneof(value(2), fc.constantFrom(-1, 0, 1))): fc.Arbitrary<Batch[]> =>
  fc.array(batchOf(entry), { minLength: 1, maxLength: 5 }).map((list) => {
    let next = 0;
    return list.map(({ size, ...batch }) => ({ ...batch, examples: Array.from({ length: size }, () => next++) }));
  });

function fill<R, S extends MergingSink<R>>(sink: S, list: readonly Batch[]): S {
  list.forEach(({ values, mask, examples }, i) => {
    sink.accept(values, [examples.length, positions, columns], event, i, { mask, examples });
  });
  return sink;
}

/** All rows that count, with the place they come from. */
const rowsOf = (list: readonly Batch[]) =>
  list.flatMap(({ values, mask, examples }) =>
    Array.from({ length: examples.length * positions }, (_, r) => ({
      example: examples[Math.floor(r / positions)]!,
      position: r % positions,
      row: Array.from(values.subarray(r * columns, (r + 1) * columns)),
      counts: !mask || mask[r] === 1,
    })).filter(({ counts }) => counts),
  );

function close(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  for (let i = 0; i < actual.length; i++) {
    expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThanOrEqual(tolerance.float64 * scale);
  }
}

/** Runs the property for one pass and for a merge of the batches cut in two at any place. */
function equalsBruteForce<R>(
  make: () => MergingSink<R>,
  check: (result: R, rows: ReturnType<typeof rowsOf>) => void,
  seed: number,
) {
  fc.assert(
    fc.property(batches(), fc.nat(5), (list, cut) => {
      const rows = rowsOf(list);
      fc.pre(rows.length > 0);
      check(fill(make(), list).result(), rows);
      const merged = fill(make(), list.slice(0, cut));
      merged.merge(fill(make(), list.slice(cut)));
      check(merged.result(), rows);
    }),
    { seed, numRuns: 200 },
  );
}

const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
const column = (rows: ReturnType<typeof rowsOf>, c: number) => rows.map(({ row }) => row[c]!);

describe('one pass and merged shards equal brute force', () => {
  test('meanSink', () => {
    equalsBruteForce(
      meanSink,
      (result, rows) => {
        expect(result.n).toBe(rows.length);
        for (let c = 0; c < columns; c++) {
          const xs = column(rows, c);
          const variance = mean(xs.map((x) => (x - mean(xs)) ** 2));
          close([result.mean[c]!, result.variance[c]!], [mean(xs), variance]);
        }
      },
      1,
    );
  });

  test.each([false, true])('gramSink, center: %s', (center) => {
    equalsBruteForce(
      () => gramSink({ center }),
      (result, rows) => {
        const expected: number[] = [];
        for (let i = 0; i < columns; i++) {
          for (let j = 0; j < columns; j++) {
            const [a, b] = [column(rows, i), column(rows, j)];
            const [ma, mb] = center ? [mean(a), mean(b)] : [0, 0];
            expected.push(a.reduce((sum, x, r) => sum + (x - ma) * (b[r]! - mb), 0));
          }
        }
        expect([result.n, result.gram.rows, result.gram.columns]).toEqual([rows.length, columns, columns]);
        close(result.gram.data, expected);
        close(
          result.means,
          Array.from({ length: columns }, (_, c) => mean(column(rows, c))),
        );
      },
      2,
    );
  });

  test.each([1, 2, 50])('topKSink, k = %s', (k) => {
    equalsBruteForce(
      () => topKSink({ k }),
      (result, rows) => {
        expect(result).toEqual(
          Array.from({ length: columns }, (_, c) =>
            rows
              .map(({ example, position, row }): TopRow => ({ score: row[c]!, example, position }))
              .sort((a, b) => b.score - a.score || a.example - b.example || a.position - b.position)
              .slice(0, k),
          ),
        );
      },
      3,
    );
  });

  test('histogramSink', () => {
    const edges = [-1, -0.5, 0, 1];
    equalsBruteForce(
      () => histogramSink({ edges }),
      (result, rows) => {
        const xs = rows.flatMap(({ row }) => row);
        expect(result).toEqual({
          edges,
          counts: edges
            .slice(1)
            .map((to, i) => xs.filter((x) => x >= edges[i]! && (x < to || (x === to && i === 2))).length),
          under: xs.filter((x) => x < -1).length,
          over: xs.filter((x) => x > 1).length,
          nan: 0,
        });
      },
      4,
    );
  });
});

test('topKSink does not depend on the order of the batches', () => {
  fc.assert(
    fc.property(batches(fc.constantFrom(0, 1)), fc.integer({ min: 1, max: 4 }), (list, k) => {
      expect(fill(topKSink({ k }), [...list].reverse()).result()).toEqual(fill(topKSink({ k }), list).result());
    }),
    { seed: 5 },
  );
});

test('gramSink keeps the covariance of columns far from zero', () => {
  const rows = 1000;
  const xs = Float32Array.from({ length: rows }, (_, r) => 4096 + (r % 2) / 512);
  const sink = gramSink({ center: true });
  for (let i = 0; i < 10; i++) sink.accept(xs.subarray(i * 100, (i + 1) * 100), [100, 1], event, i);
  // Half of the values lie 1/1024 above and half below the mean.
  const expected = rows / 1024 ** 2;
  expect(Math.abs(sink.result().gram.data[0]! - expected)).toBeLessThanOrEqual(tolerance.float64 * expected);
});

test('scalars and vectors are one row; examples are counted by batch unless named', () => {
  const top = topKSink({ k: 2 });
  top.accept(Float32Array.of(5), [], event, 3);
  expect(top.result()).toEqual([[{ score: 5, example: 3, position: 0 }]]);
  const moments = meanSink();
  moments.accept(Float32Array.of(1, 2), [2], event, 0);
  expect(moments.result()).toEqual({ n: 1, mean: Float64Array.of(1, 2), variance: Float64Array.of(0, 0) });
  const rows: Rows = {};
  const second = topKSink({ k: 1 });
  second.accept(Float32Array.of(1, 9, 3, 4), [2, 2, 1], event, 1, rows);
  expect(second.result()).toEqual([[{ score: 9, example: 2, position: 1 }]]);
});

test('teeSink feeds all of its sinks', () => {
  const tee = teeSink({ moments: meanSink(), top: topKSink({ k: 1 }) });
  tee.accept(Float32Array.of(1, 3), [2, 1], event, 0);
  expect(tee.result().moments.mean[0]).toBe(2);
  expect(tee.result().top[0]![0]!.score).toBe(3);
});

test('histograms count NaN and infinities apart; edges may be infinite', () => {
  const sink = histogramSink({ edges: [0, 1] });
  sink.accept(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1), [4], event, 0);
  expect(sink.result()).toEqual({ edges: [0, 1], counts: [1], under: 1, over: 1, nan: 1 });
  const open = histogramSink({ edges: [Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY] });
  open.accept(Float32Array.of(-3, 0, 7), [3], event, 0);
  expect(open.result().counts).toEqual([1, 2]);
});

test('errors', () => {
  expect(() => topKSink({ k: 0 })).toThrow('k = 0');
  expect(() => histogramSink({ edges: [1, 1] })).toThrow('ascending');
  expect(() => histogramSink({ edges: [Number.NaN, 1] })).toThrow('ascending');
  expect(() => histogramSink({ edges: [0, 1] }).merge(histogramSink({ edges: [0, 2] }))).toThrow('edges are the same');
  expect(() => gramSink().merge(gramSink({ center: true }))).toThrow('both or neither');
  expect(() => meanSink().result()).toThrow('saw no rows');
  expect(() => gramSink().result()).toThrow('saw no rows');
  expect(topKSink({ k: 1 }).result()).toEqual([]);
  const top = topKSink({ k: 1 });
  expect(() => top.accept(Float32Array.of(0, Number.NaN), [2, 1], event, 0, { examples: [7, 8] })).toThrow(
    'topKSink at "x": Column 0 has NaN at position 0 of example 8',
  );
  expect(() => gramSink().accept(Float32Array.of(0, Number.NaN), [2, 1], event, 0)).toThrow(
    'gramSink at "x": X has NaN in row 1, column 0',
  );
  for (const sink of [meanSink(), gramSink(), topKSink({ k: 1 })]) {
    sink.accept(Float32Array.of(1, 2), [1, 2], event, 0);
    expect(() => sink.accept(Float32Array.of(1), [1, 1], event, 1)).toThrow('A sink of 2 columns got 1 from "x"');
  }
});
