import { identity, repeat, swap } from '@interlayer/layer-permute';
import { mean } from '@interlayer/stats';
import { expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stat } from '../../../src/claim';
import { drawRows, type TokenRow } from '../../../src/materials/hidden-states';
import { changedPieces } from '../../../src/papers/zhao-2021/materials/changed-pieces';
import { cosineEnds, MOVING_KINDS, type Moved, moveStates } from '../../../src/papers/zhao-2021/materials/moved-states';
import { afterChange } from '../../../src/papers/zhao-2021/swaps';
import { bertLike, runtime, SPECIAL, type Tiny } from '../../subjects/tiny-models';

const text =
  'the kingss of the sea is in the country and it works in peace and gold and trade great courts same wheat '.repeat(6);

let tiny: Tiny;
let rows: TokenRow[];
beforeAll(async () => {
  await useBackend('cpu');
  tiny = bertLike();
  rows = drawRows([{ text }], tiny.specimen, { count: 4, length: 11, seed: 3 });
});
afterAll(() => tiny.specimen.dispose());

/** Final states of all tokens but [CLS] and [SEP], row by row. */
const statesOf = (order: readonly number[], { specimen } = tiny): number[][] =>
  rows.flatMap(({ ids }) =>
    tf.tidy(() => {
      const input = [SPECIAL.cls, ...ids, SPECIAL.sep];
      const tensors = { ids: tf.tensor2d([input], undefined, 'int32'), mask: tf.ones<tf.Rank.R2>([1, input.length]) };
      return (specimen.streamAfter(order, tensors).arraySync() as number[][][])[0]!.slice(1, -1);
    }),
  );

/** Mean over the tokens of each row of the cosine of states that are centred by the mean over all tokens. */
function cosinesByHand(a: number[][], b: number[][]): number[] {
  const centred = (states: number[][]) => {
    const center = states[0]!.map((_, i) => mean(states.map((state) => state[i]!)));
    return states.map((state) => state.map((value, i) => value - center[i]!));
  };
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const [x, y] = [centred(a), centred(b)];
  const cosines = x.map((state, i) => dot(state, y[i]!) / Math.sqrt(dot(state, state) * dot(y[i]!, y[i]!)));
  return rows.map((_, row) => mean(cosines.slice(row * 11, (row + 1) * 11)));
}

describe('moved states', () => {
  it('have the centred cosine with those of the own order, row by row', async () => {
    const orders = [identity(3), swap(3, 0, 2), swap(3, 1, 2), repeat(3, 1, 3)];
    const shares: number[] = [];
    const { cosines, chance } = await expectConservesTensors(() =>
      moveStates(tiny.specimen, rows, orders, runtime, (share) => shares.push(share)),
    );
    expect(shares.at(-1)).toBe(1);
    const own = statesOf(identity(3));
    for (const [k, order] of orders.entries()) {
      const expected = cosinesByHand(statesOf(order), own);
      expect(cosines[k]).toHaveLength(4);
      for (const [row, cosine] of cosines[k]!.entries())
        expect(Math.abs(cosine - expected[row]!)).toBeLessThan(tolerance.float32 * 10);
    }
    expect(Math.min(...cosines[0]!)).toBeGreaterThan(1 - 1e-12);
    expect(mean(cosines[1]!)).toBeLessThan(0.99);
    // The states of the rows two further on.
    const others = cosinesByHand([...own.slice(22), ...own.slice(0, 22)], own);
    expect(Math.abs(chance - mean(others))).toBeLessThan(tolerance.float32 * 10);
  });

  it('move with a part removed as they do with its last weights at zero', async () => {
    const { pieces, own, changed, dispose } = changedPieces(tiny.specimen, MOVING_KINDS.slice(1), [], 1);
    const orders = [own, changed('MLP removed', [1]), changed('layer removed', [0])];
    const { cosines } = await moveStates(tiny.specimen, rows, orders, runtime, undefined, pieces);
    dispose();
    for (const [k, pattern] of [/layer\.1\.output\.dense/, /layer\.0\..*output\.dense/].entries()) {
      const twin = bertLike();
      for (const [name, weight] of Object.entries(twin.specimen.weights))
        if (pattern.test(name)) tf.tidy(() => weight.assign(tf.zerosLike(weight)));
      const expected = cosinesByHand(statesOf(identity(3), twin), statesOf(identity(3)));
      for (const [row, cosine] of cosines[k + 1]!.entries())
        expect(Math.abs(cosine - expected[row]!)).toBeLessThan(tolerance.float32 * 10);
      expect(mean(expected)).toBeLessThan(0.99);
      twin.specimen.dispose();
    }
  });

  it('are averaged over layers for each kind of change', () => {
    const cosines = [1, ...MOVING_KINDS.flatMap((_, kind) => [0.9, 0.8, 0.7].map((value) => value - kind / 10))];
    const moved = {
      names: ['base'],
      models: [cosines.map((cosine) => ({ cosine: Float64Array.of(cosine, cosine) }))],
      layers: 3,
      units: stat.independent(2, 'rows'),
    } as unknown as Moved;
    for (const [i, kind] of MOVING_KINDS.entries())
      expect(stat.plainly(afterChange(moved, kind)[0]!)).toBeCloseTo(0.8 - i / 10, 12);
  });

  it('are told from those that did not move, and from those of other tokens', async () => {
    const moved = (same: number, chance: number) =>
      ({ models: [[{ cosine: Float64Array.of(1, same) }]], chance: [chance] }) as unknown as Moved;
    const check = (same: number, chance: number) => cosineEnds.check([moved(same, chance)], [], undefined as never);
    expect(await check(1, -0.04)).toEqual({
      passed: true,
      detail: '1.0000 where nothing moved, at most 0.040 away from 0 with other tokens',
    });
    expect(await check(0.99, 0)).toMatchObject({ passed: false });
    expect(await check(1, -0.06)).toMatchObject({ passed: false });
  });
});
