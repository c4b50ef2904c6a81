import { identity, swap } from '@interlayer/layer-permute';
import { matrix } from '@interlayer/linalg';
import { mean, seedFrom, standardDeviation } from '@interlayer/stats';
import { eagerExecutor, type HostTensor } from '@interlayer/tensor-compile';
import { expectConservesTensors, seededRandom, tolerance, useBackend } from '@interlayer/test-kit';
import { shuffle } from '@interlayer/text-data';
import { beforeAll, describe, expect, it } from 'vitest';
import { createNet, type Layer, type Net, type NetShape } from '../../../src/papers/zhao-2021/toy/net';
import { orderNet } from '../../../src/papers/zhao-2021/toy/order-net';
import { clouds, normals, type Points, slice } from '../../../src/papers/zhao-2021/toy/points';
import { trainNet } from '../../../src/papers/zhao-2021/toy/train-net';

beforeAll(() => useBackend('cpu'));

const executor = eagerExecutor();
const SHAPE: NetShape = { inputs: 3, width: 4, layers: 3, classes: 3, norm: true, skip: true };

/** Points that a small net can tell apart. */
function points(count: number, seed = 1): Points {
  const random = seededRandom(seed);
  const x = Float32Array.from({ length: 3 * count }, () => 2 * random() - 1);
  const labels = Int32Array.from({ length: count }, (_, i) => {
    const row = [...x.subarray(3 * i, 3 * i + 3)];
    return row.indexOf(Math.max(...row));
  });
  return { x: matrix(x, 3), labels };
}

const at = ({ data, shape }: HostTensor, i: number, j: number): number => data[i * shape[1]! + j]!;
const dense = (x: readonly number[], { weight, bias }: Layer<HostTensor>): number[] =>
  Array.from(bias.data, (b, j) => b + x.reduce((sum, value, i) => sum + value * at(weight, i, j), 0));

/** A hidden layer by hand, in float64. */
function hidden(x: readonly number[], layer: Layer<HostTensor>, { norm, skip }: NetShape): number[] {
  const sum = dense(x, layer).map((value, i) => Math.max(0, value) + (skip ? x[i]! : 0));
  if (!norm) return sum;
  const center = mean(sum);
  const variance = mean(sum.map((value) => (value - center) ** 2));
  return sum.map(
    (value, i) => ((value - center) / Math.sqrt(variance + 1e-5)) * layer.gain!.data[i]! + layer.shift!.data[i]!,
  );
}

/** The scores of a point by hand, with the hidden layers in some order. */
function scoresOf({ shape, layers }: Net, x: readonly number[], order: readonly number[]): number[] {
  const start = dense(x, layers[0]!).map((value) => Math.max(0, value));
  return dense(
    order.reduce((state, index) => hidden(state, layers[index + 1]!, shape), start),
    layers.at(-1)!,
  );
}

const rowsOf = ({ x }: Points): number[][] =>
  Array.from({ length: x.rows }, (_, i) => [...x.data.slice(i * x.columns, (i + 1) * x.columns)]);

/** The mean cross-entropy by hand. */
const lossOf = (net: Net, all: Points): number =>
  mean(
    rowsOf(all).map((x, i) => {
      const scores = scoresOf(net, x, [0, 1]);
      return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[all.labels[i]!]!;
    }),
  );

describe('points', () => {
  it('have normal noise', () => {
    const draw = normals(7);
    const values = Array.from({ length: 20_000 }, draw);
    expect(Math.abs(mean(values))).toBeLessThan(0.03);
    expect(Math.abs(standardDeviation(values) - 1)).toBeLessThan(0.03);
    expect(values.filter((value) => value > 1.96).length / values.length).toBeCloseTo(0.025, 2);
  });

  it('lie in 40 clouds of ten classes, the same for the same seed', () => {
    const all = clouds(1000, 3);
    expect([all.x.rows, all.x.columns, new Set(all.labels).size]).toEqual([1000, 64, 10]);
    // spread² + noise²
    expect(standardDeviation([...all.x.data])).toBeCloseTo(Math.hypot(0.55, 0.9), 1);
    expect(clouds(1000, 3)).toEqual(all);
    expect(clouds(1000, 4).x).not.toEqual(all.x);
    const part = slice(all, 10, 12);
    expect([part.x.rows, ...part.x.data.slice(0, 2)]).toEqual([2, all.x.data[640], all.x.data[641]]);
    expect([...part.labels]).toEqual([...all.labels.slice(10, 12)]);
  });
});

describe('a net', () => {
  it('starts from weights within 1 / √inputs, the same for the same seed', () => {
    const { layers } = createNet({ ...SHAPE, width: 50 }, 4);
    expect(layers.map(({ weight }) => weight.shape)).toEqual([
      [3, 50],
      [50, 50],
      [50, 50],
      [50, 3],
    ]);
    expect(layers.map(({ gain }) => gain !== undefined)).toEqual([false, true, true, false]);
    const bound = 1 / Math.sqrt(50);
    const weights = [...layers[1]!.weight.data];
    expect(Math.max(...weights)).toBeLessThanOrEqual(bound);
    // that of a uniform distribution
    expect(standardDeviation(weights)).toBeCloseTo(bound / Math.sqrt(3), 2);
    expect(createNet({ ...SHAPE, width: 50 }, 4)).toEqual(createNet({ ...SHAPE, width: 50 }, 4));
  });

  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('with LayerNorm: %s, with skips: %s, is right where it is by hand, in any order', async (norm, skip) => {
    const net = createNet({ ...SHAPE, norm, skip }, 5);
    const all = points(60);
    const orders = [identity(2), swap(2, 0, 1)];
    const right = await expectConservesTensors(() => orderNet(net, all, orders, executor));
    for (const [k, order] of orders.entries())
      expect(right[k]).toEqual(
        rowsOf(all).map((x, i) => {
          const scores = scoresOf(net, x, order);
          return scores.indexOf(Math.max(...scores)) === all.labels[i];
        }),
      );
    expect(right.flat()).toContain(true);
    expect(right.flat()).toContain(false);
  });

  it('takes the first step of Adam that finite differences give', async () => {
    const net = createNet(SHAPE, 6);
    const all = points(8);
    const [rate, step] = [1e-3, 1e-4];
    const trained = await expectConservesTensors(() =>
      trainNet(net, all, { epochs: 1, batch: 8, rate, seed: 1 }, executor),
    );
    for (const [l, layer] of net.layers.entries())
      for (const [name, tensor] of Object.entries(layer) as [keyof Layer, HostTensor][]) {
        const index = tensor.data.length - 1;
        const moved = (by: number): Net => {
          const data = Float64Array.from(tensor.data);
          data[index] = data[index]! + by;
          const changed = { ...layer, [name]: { ...tensor, data: data as unknown as Float32Array } };
          return { ...net, layers: net.layers.map((each, i) => (i === l ? changed : each)) };
        };
        const gradient = (lossOf(moved(step), all) - lossOf(moved(-step), all)) / (2 * step);
        const change = trained.layers[l]![name]!.data[index]! - tensor.data[index]!;
        // Adam's first step is the rate against the sign of the gradient.
        const expected = Math.abs(gradient) < 1e-6 ? 0 : (-rate * gradient) / (Math.abs(gradient) + 1e-8);
        expect(Math.abs(change - expected), `${l} ${name}`).toBeLessThan(rate * 0.02);
      }
  });

  it('learns, takes as many steps as it has batches, and is left alone by no epoch', async () => {
    const all = points(320, 2);
    const net = createNet({ ...SHAPE, width: 16 }, 7);
    const same = await trainNet(net, all, { epochs: 0, batch: 32, rate: 1e-2, seed: 1 }, executor);
    expect(same).toEqual(net);
    const training = { epochs: 8, batch: 32, rate: 1e-2, seed: 1 };
    const trained = await trainNet(net, all, training, executor);
    expect(lossOf(trained, all)).toBeLessThan(lossOf(net, all) / 2);
    const [right] = await orderNet(trained, points(200, 3), [identity(2)], executor);
    expect(right!.filter(Boolean).length).toBeGreaterThan(150);
    expect((await trainNet(net, all, training, executor)).layers).toEqual(trained.layers);
  });

  it('sees the points of an epoch in the order of its seed', async () => {
    // One batch holds the first rows of that order; those that do not fill another are left for the next epoch.
    const all = points(5);
    const order = shuffle(Int32Array.from([0, 1, 2, 3, 4]), seedFrom(9, 'epoch', 0)).subarray(0, 4);
    const rows = rowsOf(all);
    const seen: Points = {
      x: matrix(Float32Array.from([...order].flatMap((i) => rows[i]!)), 3),
      labels: Int32Array.from(order, (i) => all.labels[i]!),
    };
    const net = createNet(SHAPE, 8);
    const training = { epochs: 1, batch: 4, rate: 1e-2, seed: 9 };
    const [one, other] = [await trainNet(net, all, training, executor), await trainNet(net, seen, training, executor)];
    for (const [l, layer] of one.layers.entries())
      for (const [name, { data }] of Object.entries(layer) as [keyof Layer, HostTensor][])
        for (const [i, value] of data.entries())
          expect(Math.abs(value - other.layers[l]![name]!.data[i]!)).toBeLessThan(tolerance.float32 * 10);
  });
});
