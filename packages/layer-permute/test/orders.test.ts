import { permutation } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  blockShuffle,
  compose,
  describeOrder,
  fixedPoints,
  identity,
  inverse,
  isPermutation,
  type Order,
  orderOf,
  remove,
  repeat,
  reverse,
  skip,
  swap,
  swaps,
  viewLayers,
} from '../src/index';

/** A permutation of 1 to 8 layers, as a value. */
const permutations = (n?: number): fc.Arbitrary<Order> =>
  (n ? fc.constant(n) : fc.integer({ min: 1, max: 8 })).chain((layers) =>
    permutation(layers).map((order) => orderOf(order, layers)),
  );

test('orders are lists: frozen, equal to plain ones, and they know how many layers there are', () => {
  const order = orderOf([2, 0, 2], 3);
  expect(order).toEqual([2, 0, 2]);
  expect(JSON.stringify(order)).toBe('[2,0,2]');
  expect(order.layers).toBe(3);
  expect(Object.isFrozen(order)).toBe(true);
  const list = [1, 0];
  const copy = orderOf(list, 2);
  list[0] = 0;
  expect(copy).toEqual([1, 0]);
  expect(orderOf([], 3)).toEqual([]);
});

test('every way to make one', () => {
  expect(identity(4)).toEqual([0, 1, 2, 3]);
  expect(swap(6, 2, 5)).toEqual([0, 1, 5, 3, 4, 2]);
  expect(swap(6, 5, 2)).toEqual(swap(6, 2, 5));
  expect(reverse(5)).toEqual([4, 3, 2, 1, 0]);
  expect(reverse(6, [5, 1, 2])).toEqual([0, 5, 2, 3, 4, 1]);
  expect(reverse(3, [])).toEqual([0, 1, 2]);
  expect(repeat(12, 4, 3)).toEqual([4, 4, 4]);
  expect(repeat(12, [0, 1, 2, 3], 3)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
  expect(remove(identity(5), [1, 3])).toEqual([0, 2, 4]);
  // By layer and by slot: the same on the identity only.
  expect(remove(orderOf([3, 1, 3, 0], 4), [3])).toEqual([1, 0]);
  expect(skip(orderOf([3, 1, 3, 0], 4), [3])).toEqual([3, 1, 3]);
  expect(skip(identity(5), [1, 3])).toEqual(remove(identity(5), [1, 3]));
  expect(remove(identity(2), [0, 1])).toEqual([]);
});

test('all swaps of two layers once, the nearest first', () => {
  const all = swaps(12);
  expect(all).toHaveLength(66);
  expect(new Set(all.map(({ order }) => String(order))).size).toBe(66);
  expect(all.map(({ distance }) => distance)).toEqual(all.map(({ distance }) => distance).toSorted((a, b) => a - b));
  for (const { order, i, j, distance } of all) {
    expect(order).toEqual(swap(12, i, j));
    expect(j - i).toBe(distance);
    expect(fixedPoints(order)).toBe(10);
  }
  expect(swaps(1)).toEqual([]);
});

describe('the algebra of orders', () => {
  it('IN1: composition is associative, with the identity and inverses; a swap undoes itself', () => {
    const three = fc
      .integer({ min: 1, max: 8 })
      .chain((n) => fc.tuple(permutations(n), permutations(n), permutations(n)));
    fc.assert(
      fc.property(three, ([a, b, c]) => {
        const one = identity(a.layers);
        expect(compose(compose(a, b), c)).toEqual(compose(a, compose(b, c)));
        expect(compose(a, one)).toEqual(a);
        expect(compose(one, a)).toEqual(a);
        expect(compose(a, inverse(a))).toEqual(one);
        expect(compose(inverse(a), a)).toEqual(one);
        expect(inverse(compose(a, b))).toEqual(compose(inverse(b), inverse(a)));
      }),
    );
    for (const { order } of swaps(6)) expect(compose(order, order)).toEqual(identity(6));
  });

  it('composition is rearranging twice: slots on the right, layers on the left', () => {
    const order = orderOf([3, 3, 0, 1], 4);
    expect(compose(order, swap(4, 0, 2))).toEqual([0, 3, 3, 1]);
    expect(compose(swap(4, 0, 3), order)).toEqual([0, 0, 3, 1]);
    expect(compose(orderOf([2, 1], 3), repeat(2, 0, 3))).toEqual([2, 2, 2]);
    fc.assert(
      fc.property(fc.tuple(permutations(6), permutations(6)), ([a, b]) => {
        const letters = [...'abcdef'];
        const twice = viewLayers(
          viewLayers(letters, a).map(({ layer }) => layer),
          b,
        );
        expect(viewLayers(letters, compose(a, b)).map(({ layer }) => layer)).toEqual(twice.map(({ layer }) => layer));
      }),
    );
  });

  it('tells permutations from other orders', () => {
    fc.assert(fc.property(permutations(), (order) => isPermutation(order)));
    expect(isPermutation(remove(identity(3), [2]))).toBe(false);
    expect(isPermutation(orderOf([0, 0, 2], 3))).toBe(false);
  });
});

test('a view holds the very layers, and tells slot from source layer', () => {
  const layers = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
  const view = viewLayers(layers, orderOf([2, 0, 2], 3));
  expect(view.map(({ slot, sourceLayer }) => [slot, sourceLayer])).toEqual([
    [0, 2],
    [1, 0],
    [2, 2],
  ]);
  for (const { layer, sourceLayer } of view) expect(layer).toBe(layers[sourceLayer]);
});

describe('blocks of neighbouring layers', () => {
  const options = (seed: number) => ({ size: 4, seed });
  const blocks = (order: Order) => [0, 4, 8].map((from) => order.slice(from, from + 4));

  it('are shuffled within, and those held stay', () => {
    const inside = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      const order = blockShuffle(12, { ...options(seed), move: 'within', hold: [1] });
      const [first, held, last] = blocks(order);
      expect(first.toSorted()).toEqual([0, 1, 2, 3]);
      expect(held).toEqual([4, 5, 6, 7]);
      expect(last.toSorted((a, b) => a - b)).toEqual([8, 9, 10, 11]);
      inside.add(String(first));
    }
    expect(inside.size).toBeGreaterThan(15);
  });

  it('move as one, and those held stay', () => {
    const seen = new Map<string, number>();
    for (let seed = 0; seed < 600; seed++) {
      const order = blockShuffle(12, { ...options(seed), move: 'blocks' });
      for (const block of blocks(order)) expect(block).toEqual([0, 1, 2, 3].map((k) => block[0] + k));
      seen.set(String(order), (seen.get(String(order)) ?? 0) + 1);
      expect(blockShuffle(12, { ...options(seed), move: 'blocks', hold: [0, 2] })).toEqual(identity(12));
    }
    expect(seen.size).toBe(6);
    // Five standard errors of a binomial count.
    for (const count of seen.values())
      expect(Math.abs(count - 100)).toBeLessThan(5 * Math.sqrt(600 * (1 / 6) * (5 / 6)));
  });
});

test('orders in words', () => {
  const words: [Order, string][] = [
    [identity(12), 'layers in their own order'],
    [swap(12, 2, 5), 'layers 2 and 5 swapped'],
    [reverse(12), 'all 12 layers reversed'],
    [reverse(12, [3, 4, 5, 6, 7]), 'layers 3 to 7 reversed'],
    [reverse(12, [1, 3, 4, 8]), 'layers 1, 3, 4 and 8 reversed'],
    [orderOf([1, 2, 0, 3], 4), '3 of 4 layers moved: 1, 2, 0, 3'],
    [remove(identity(12), [3]), 'layer 3 removed'],
    [skip(identity(12), [3, 5, 6, 7, 9, 10]), 'layers 3, 5 to 7, 9 and 10 removed'],
    [remove(identity(3), [0, 1, 2]), 'all 3 layers removed'],
    [repeat(12, 4, 12), 'layer 4, 12 times'],
    [repeat(12, [0, 1, 2, 3], 3), 'layers 0 to 3, 3 times in turn'],
    [repeat(12, [5, 0], 6), 'layers 5 and 0, 6 times in turn'],
    [orderOf([0, 4, 4, 1], 6), 'layers in the order 0, 4, 4, 1'],
    [orderOf([2, 1], 3), 'layers in the order 2, 1'],
    [identity(1), 'layers in their own order'],
  ];
  for (const [order, expected] of words) expect(describeOrder(order)).toBe(expected);
});

test('wrong arguments are refused by name', () => {
  const wrong: [() => unknown, string][] = [
    [() => orderOf([0, 3], 3), 'order[1] is 3; it must be the index of a layer, 0 to 2.'],
    [() => orderOf([0.5], 3), 'order[0] is 0.5'],
    [() => identity(0), 'layers is 0; give a whole number of at least 1.'],
    [() => swap(3, 1, 1), 'Layer 1 cannot be swapped with itself; identity(3)'],
    [() => swap(3, 0, 3), 'j is 3; it must be the index of a layer, 0 to 2.'],
    [() => reverse(3, [0, 0]), 'slots lists 0 twice'],
    [() => reverse(3, [3]), 'slots[0] is 3'],
    [() => repeat(3, [], 2), 'There is no layer to repeat'],
    [() => repeat(3, 0, 0), 'times is 0'],
    [() => remove(repeat(3, 0, 3), [1]), 'Layer 1 cannot be removed: it does not run in this order.'],
    [() => skip(repeat(3, 0, 2), [2]), 'slots[0] is 2; it must be the index of a slot, 0 to 1.'],
    [() => compose(identity(3), identity(2)), 'The order has 3 slots; the rearrangement is of 2.'],
    [() => inverse(orderOf([0, 0, 2], 3)), '[0, 0, 2] has no inverse: layer 1 does not run.'],
    [() => inverse(orderOf([0, 1, 1], 2)), '[0, 1, 1] has no inverse: layer 1 runs more than once.'],
    [() => viewLayers(['a', 'b'], identity(3)), 'The order is for 3 layers, and there are 2 layers'],
    [
      () => viewLayers(['a', 'b'], [1, 0] as never),
      'The order is a plain list, and there are 2 layers; make one with orderOf',
    ],
    [() => blockShuffle(12, { size: 5, move: 'within', seed: 1 }), 'Blocks of 5 do not divide 12 layers'],
    [
      () => blockShuffle(12, { size: 4, move: 'within', hold: [3], seed: 1 }),
      'hold[0] is 3; it must be the index of a block',
    ],
    [
      () => blockShuffle(12, { size: 4, move: 'inside' as never, seed: 1 }),
      'move is "inside"; give "blocks" or "within".',
    ],
  ];
  for (const [call, message] of wrong) expect(call).toThrow(message);
});
