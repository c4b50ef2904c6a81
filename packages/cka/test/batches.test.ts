import { type Matrix, matmul, rowsOf, zeros } from '@interlayer/linalg';
import { tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cka, type Estimator, hsic, MinibatchCka, type Points, StreamingCka } from '../src/index';
import { expectNear, mapped, naiveDebiased, naiveGram, normal, pairs, singleMatmul } from './support';

const exact = tolerance.similarity;

/** Two models of the same 60 items, of different widths, that share a part. */
const shared = normal(60, 3, 9);
const layer = (width: number, seed: number) =>
  mapped(normal(60, width, seed), (value, i, j) => value + shared.data[i * 3 + (j % 3)]);
const A = { first: layer(5, 1), second: layer(9, 2) };
const B = { low: layer(4, 3), middle: layer(7, 4), high: layer(80, 5) };

const part = (points: Points, from: number, to: number): Record<string, Matrix> =>
  Object.fromEntries(Object.entries(points).map(([name, X]) => [name, rowsOf(X, from, to)]));

describe('StreamingCka', () => {
  it.each(['debiased', 'biased'] as Estimator[])(
    '%s: equals CKA of all rows, however they arrive',
    async (estimator) => {
      await fc.assert(
        fc.asyncProperty(
          pairs({ least: 6, most: 20 }),
          fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 4 }),
          async (pair, cuts) => {
            const { X, Y } = pair;
            const [whole, self] = [await cka(X, Y, { estimator }), await hsic(X, X, { estimator })];
            fc.pre(whole.value !== null && self > 1e-3 * (await hsic(X, X, { estimator: 'biased' })));
            fc.pre((await hsic(Y, Y, { estimator })) > 1e-3 * (await hsic(Y, Y, { estimator: 'biased' })));
            const bounds = [0, ...cuts.map((cut) => Math.min(cut, X.rows)).sort((a, b) => a - b), X.rows];
            const stream = new StreamingCka();
            for (const [i, to] of bounds.slice(1).entries())
              await stream.add({ x: rowsOf(X, bounds[i], to) }, { y: rowsOf(Y, bounds[i], to) });
            const { values, n } = stream.heatmap({ estimator });
            expect(n).toBe(X.rows);
            expectNear(values[0][0], whole.value, exact);
          },
        ),
        { seed: 5, numRuns: 60 },
      );
    },
  );

  it('compares every point of one model with every point of the other', async () => {
    const stream = new StreamingCka();
    for (const from of [0, 20, 40]) await stream.add(part(A, from, from + 20), part(B, from, from + 20));
    const { rows, columns, values, degenerate } = stream.heatmap();
    expect({ rows, columns, degenerate }).toEqual({
      rows: ['first', 'second'],
      columns: ['low', 'middle', 'high'],
      degenerate: undefined,
    });
    for (const [i, X] of Object.values(A).entries())
      for (const [j, Y] of Object.values(B).entries()) expectNear(values[i][j], (await cka(X, Y)).value, exact);
  });

  it('of one model, compares its points with each other: symmetric, with ones on the diagonal', async () => {
    const stream = new StreamingCka();
    await stream.add(part(B, 0, 31));
    await stream.add(part(B, 31, 60));
    const { rows, columns, values, warning } = stream.heatmap({ estimator: 'biased' });
    expect(rows).toEqual(columns);
    expect(warning).toMatch(/60 rows of 80 columns/);
    expect(stream.heatmap().warning).toBeUndefined();
    for (const [i, X] of Object.values(B).entries())
      for (const [j, Y] of Object.values(B).entries()) {
        expectNear(values[i][j], (await cka(X, Y, { estimator: 'biased' })).value, exact);
        expect(values[i][j]).toBe(values[j][i]);
        if (i === j) expect(values[i][j]).toBe(1);
      }
  });

  it('loses no digits to a mean that moves from batch to batch', async () => {
    const drift = (X: Matrix) => mapped(X, (value, i, j) => value + 1000 * (Math.floor(i / 12) + j));
    const [X, Y] = [drift(A.first), drift(B.low)];
    for (const matmul of [undefined, singleMatmul]) {
      const stream = new StreamingCka({ matmul });
      for (let from = 0; from < 60; from += 12)
        await stream.add(part({ X }, from, from + 12), part({ Y }, from, from + 12));
      expectNear(stream.heatmap().values[0][0], (await cka(X, Y)).value, matmul ? tolerance.float32 : exact);
    }
  });

  it.each([
    ['plain rows', (value: number) => value],
    ['offsets of 100 standard deviations', (value: number, _: number, j: number) => value + 100 * j],
    [
      'one dimension of large outliers',
      (value: number, i: number, j: number) => (j === 1 ? 300 * (1 + value + (i % 5)) : value),
    ],
  ])('agrees to 1e-5 with float32 products of %s', async (_, of) => {
    const [a, b] = [A, B].map((points) =>
      Object.fromEntries(Object.entries(points).map(([name, X]) => [name, mapped(X, of)])),
    );
    const [single, double] = [new StreamingCka({ matmul: singleMatmul }), new StreamingCka()];
    for (const stream of [single, double])
      for (const from of [0, 20, 40]) await stream.add(part(a, from, from + 20), part(b, from, from + 20));
    const expected = double.heatmap().values;
    for (const [i, row] of single.heatmap().values.entries())
      for (const [j, value] of row.entries()) expectNear(value, expected[i][j], tolerance.float32);
  });

  it('may go on after a heatmap was taken', async () => {
    const stream = new StreamingCka();
    await stream.add(part(A, 0, 30));
    const before = stream.heatmap();
    await stream.add(part(A, 30, 60));
    expect(before.n).toBe(30);
    expectNear(stream.heatmap().values[0][1], (await cka(A.first, A.second)).value, exact);
  });

  it('names a constant point, and leaves the others', async () => {
    const stream = new StreamingCka();
    await stream.add({ still: mapped(A.first, () => 7), first: A.first }, { low: B.low });
    expect(stream.heatmap()).toMatchObject({
      values: [[null], [expect.any(Number)]],
      degenerate: ['"still" of the first model is constant: all its rows are equal'],
    });
  });

  it('refuses batches that do not fit, and then is as before', async () => {
    const stream = new StreamingCka();
    expect(() => stream.heatmap()).toThrow('No rows were added');
    await expect(stream.add({})).rejects.toThrow('A batch has no points');
    await stream.add(part(A, 0, 3), part(B, 0, 3));
    expect(() => stream.heatmap()).toThrow('debiased estimator needs at least 4 rows; there are 3');
    const { first, second } = A;
    await expect(stream.add({ first, secnod: second }, B)).rejects.toThrow(
      'this batch are first, secnod; those of the first batch were first, second',
    );
    await expect(stream.add(A)).rejects.toThrow('this batch are none; those of the first batch were low, middle, high');
    await expect(stream.add({ first: second, second }, B)).rejects.toThrow(
      '"first" of the first model has 9 columns; in the first batch it had 5',
    );
    await expect(stream.add({ first, second }, part(B, 0, 59))).rejects.toThrow(
      '"first" of the first model has 60 rows and "low" of the second model has 59',
    );
    await expect(stream.add(A, { ...B, high: mapped(B.high, () => Number.NaN) })).rejects.toThrow(
      '"high" of the second model has NaN',
    );
    await stream.add(part(A, 3, 60), part(B, 3, 60));
    await stream.add(part(A, 0, 0), part(B, 0, 0));
    expectNear(stream.heatmap().values[1][2], (await cka(A.second, B.high)).value, exact);
  });

  it('cannot be used after a product failed, or while a batch is being added', async () => {
    let fails = false;
    const stream = new StreamingCka({
      matmul: async (a, b) => {
        if (fails) throw new Error('out of memory');
        return matmul(a, b);
      },
    });
    const adding = stream.add(A);
    expect(() => stream.heatmap()).toThrow('await every add()');
    await expect(stream.add(A)).rejects.toThrow('await every add()');
    await adding;
    fails = true;
    await expect(stream.add(A)).rejects.toThrow('out of memory');
    expect(() => stream.heatmap()).toThrow('start anew if one failed halfway');
  });
});

describe('MinibatchCka', () => {
  it('CK7: with one batch, is the debiased CKA', async () => {
    const minibatch = new MinibatchCka();
    await minibatch.add(A, B);
    const { values, estimator, n } = minibatch.heatmap();
    expect({ estimator, n, batches: minibatch.batches }).toEqual({ estimator: 'debiased', n: 60, batches: 1 });
    for (const [i, X] of Object.values(A).entries())
      for (const [j, Y] of Object.values(B).entries()) expectNear(values[i][j], (await cka(X, Y)).value, exact);
  });

  it('averages HSIC over batches before it takes the ratio', async () => {
    for (const matmul of [undefined, singleMatmul]) {
      const minibatch = new MinibatchCka({ matmul });
      const means = [0, 0, 0];
      for (const from of [0, 15, 30, 45]) {
        const [a, b] = [part(A, from, from + 15), part(B, from, from + 15)];
        await minibatch.add(a, b);
        const [K, L] = [naiveGram(a.second), naiveGram(b.high)];
        for (const [at, value] of [naiveDebiased(K, L), naiveDebiased(K, K), naiveDebiased(L, L)].entries())
          means[at] += value / 4;
      }
      const expected = means[0] / Math.sqrt(means[1] * means[2]);
      expectNear(minibatch.heatmap().values[1][2], expected, matmul ? tolerance.float32 : exact);
      expect(Math.abs(expected - (await cka(A.second, B.high)).value!)).toBeGreaterThan(1e-3);
    }
  });

  it('is 1 on the diagonal of one model, after many batches at any scale', async () => {
    for (const scale of [1e-6, 1e6]) {
      const minibatch = new MinibatchCka();
      for (let batch = 0; batch < 200; batch++)
        await minibatch.add({ x: mapped(normal(8, 4, batch), (v) => scale * v), y: normal(8, 3, batch + 500) });
      const { values } = minibatch.heatmap();
      expect([values[0][0], values[1][1]]).toEqual([1, 1]);
      expect(Math.abs(values[0][1]!)).toBeLessThan(0.1);
    }
  });

  it('refuses batches of fewer than four rows', async () => {
    const minibatch = new MinibatchCka();
    await expect(minibatch.add(part(A, 0, 3))).rejects.toThrow('needs at least 4 rows; there are 3');
    expect(() => minibatch.heatmap()).toThrow('No rows were added');
    await minibatch.add({ x: zeros(5, 2), y: normal(5, 2, 1) });
    expect(minibatch.heatmap()).toMatchObject({
      values: [
        [null, null],
        [null, 1],
      ],
      degenerate: [expect.stringMatching('"x" is constant')],
    });
  });
});
