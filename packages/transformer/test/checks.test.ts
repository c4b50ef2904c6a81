import { difference, randomValues, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyLinear, checkInputs, feedForwardMemory, layerOrder } from '../src/index';
import { activations, dense } from './oracle';
import { randomStack } from './random-stack';

beforeAll(() => useBackend('cpu'));

describe('layerOrder', () => {
  it('takes permutations, repeats and drops, as a copy', () => {
    const given = [2, 0, 0];
    const order = layerOrder(given, 3);
    given[0] = 1;
    expect(order).toEqual([2, 0, 0]);
    expect(layerOrder([], 3)).toEqual([]);
  });

  it('names the first wrong entry', () => {
    for (const wrong of [3, -1, 0.5, Number.NaN]) {
      expect(() => layerOrder([0, wrong], 3)).toThrow(`order[1] is ${wrong}; it must be the index of a layer, 0 to 2.`);
    }
  });
});

describe('checkInputs', () => {
  const ids = () => tf.tensor2d([1, 2], [1, 2], 'int32');
  it('passes what a model can read', () => {
    checkInputs({ ids: ids(), mask: tf.ones([1, 2]), types: ids() }, 2);
  });

  it('names the tensor that it cannot', () => {
    expect(() => checkInputs({ ids: tf.tensor2d([1, 2], [1, 2]) }, 2)).toThrow('inputs.ids is float32 [1,2]');
    expect(() => checkInputs({ ids: tf.tensor1d([1], 'int32') as never }, 2)).toThrow('inputs.ids is int32 [1]');
    expect(() => checkInputs({ ids: ids() }, 1)).toThrow(/2 tokens long, and the model has 1 positions/);
    expect(() => checkInputs({ ids: ids(), mask: tf.ones([2, 1]) }, 2)).toThrow('inputs.mask has the shape [2,1]');
    expect(() => checkInputs({ ids: ids(), types: tf.ones([1, 2]) }, 2)).toThrow('inputs.types are float32');
  });
});

describe('feedForwardMemory', () => {
  it('splits a block into cells whose weighted values, summed, are its output, in both orientations', () => {
    for (const orientation of ['in-out', 'out-in'] as const) {
      const { blocks } = randomStack({
        layers: 2,
        width: 6,
        heads: 2,
        inner: 9,
        norm: 'pre',
        activation: 'relu',
        joined: true,
        orientation,
        feedForward: [true, false],
        seed: 3,
      });
      const { up, down } = blocks[0]!.feedForward!;
      const { keys, keyBias, values, valueBias } = feedForwardMemory(blocks[0]!);
      expect([keys.shape, keyBias.shape, values.shape, valueBias.shape]).toEqual([[9, 6], [9], [9, 6], [6]]);
      const x = Float64Array.from(randomValues(4 * 6, 4));
      const coefficients = dense(x, up).map((value) => Math.max(0, value));
      const expected = dense(coefficients, down);
      const [k, kb, v, vb] = [keys, keyBias, values, valueBias].map((tensor) => tensor.dataSync());
      const told = Float64Array.from({ length: 4 * 6 }, (_, at) => {
        const [row, column] = [Math.floor(at / 6), at % 6];
        let sum = vb![column]!;
        for (let cell = 0; cell < 9; cell++) {
          let match = kb![cell]!;
          for (let i = 0; i < 6; i++) match += x[row * 6 + i]! * k![cell * 6 + i]!;
          sum += Math.max(0, match) * v![cell * 6 + column]!;
        }
        return sum;
      });
      expect(difference(told, expected).error).toBeLessThan(tolerance.float64);
      const y = applyLinear(tf.tensor3d(Float32Array.from(x), [2, 2, 6]), up);
      expect(y.shape).toEqual([2, 2, 9]);
      expect(difference(y.dataSync(), dense(x, up)).error).toBeLessThan(tolerance.float32);
      expect(() => feedForwardMemory(blocks[1]!)).toThrow('has no feed-forward block');
    }
  });

  it('gives a gated block’s cells two keys, whose product weighs the value, and zeros for biases that it lacks', () => {
    const { blocks } = randomStack({
      layers: 1,
      width: 6,
      heads: 2,
      inner: 9,
      norm: 'pre',
      activation: 'silu',
      joined: false,
      orientation: 'out-in',
      llama: { keyValueHeads: 1 },
      seed: 5,
    });
    const { gate, up, down } = blocks[0]!.feedForward!;
    const memory = feedForwardMemory(blocks[0]!);
    for (const bias of [memory.keyBias, memory.gateBias!, memory.valueBias]) {
      expect(Math.max(...bias.dataSync().map(Math.abs))).toBe(0);
    }
    const x = Float64Array.from(randomValues(6, 6));
    const [gates, ups] = [dense(x, gate!), dense(x, up)];
    const expected = dense(
      ups.map((value, cell) => activations.silu(gates[cell]!) * value),
      down,
    );
    const [g, k, v] = [memory.gates!, memory.keys, memory.values].map((tensor) => tensor.dataSync());
    const match = (rows: ArrayLike<number>, cell: number) =>
      x.reduce((sum, value, i) => sum + value * rows[cell * 6 + i]!, 0);
    const sums = Float64Array.from({ length: 6 }, (_, column) =>
      gates.reduce(
        (sum, _, cell) => sum + activations.silu(match(g!, cell)) * match(k!, cell) * v![cell * 6 + column]!,
        0,
      ),
    );
    expect(difference(sums, expected).error).toBeLessThan(tolerance.float64);
  });
});
