import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  identity,
  type Order,
  orderOf,
  type SweepOptions,
  type SweepProgress,
  shuffles,
  swaps,
  sweep,
  sweepCost,
  viewLayers,
} from '../src/index';
import { progressMeter } from '../src/progress';

/** Lists of orders of 4 layers: of any length, with repeats of layers and of orders. */
const someOrders: fc.Arbitrary<Order[]> = fc
  .array(
    fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 5 }).map((order) => orderOf(order, 4)),
    { minLength: 1, maxLength: 12 },
  )
  .chain((orders) => fc.array(fc.constantFrom(...orders), { minLength: 1, maxLength: 20 }));

const swapped = (layers: number) => swaps(layers).map(({ order }) => order);

/** A state that knows whether it is alive. */
interface State {
  values: Float64Array;
  alive: boolean;
}

/** Maps that do not commute, on states that are counted. */
function counted(layers: number) {
  const living = { now: 0, most: 0, applications: 0 };
  const make = (values: Float64Array): State => {
    living.most = Math.max(living.most, ++living.now);
    return { values, alive: true };
  };
  const apply = (values: Float64Array, layer: number) =>
    values.map((x, i) => x + Math.tanh((layer + 1) * 0.3 * values[(i + layer) % values.length] - 0.1 * i));
  const options = {
    layers: [...Array(layers).keys()],
    start: (input: number) => make(Float64Array.of(input, 0.5, -1)),
    block(state: State, layer: number) {
      expect(state.alive).toBe(true);
      living.applications++;
      return make(apply(state.values, layer));
    },
    finish: (state: State) => [...state.values],
    dispose(state: State) {
      expect(state.alive).toBe(true);
      state.alive = false;
      living.now--;
    },
  };
  const naive = (order: Order, input: number) => [
    ...viewLayers(options.layers, order).reduce(
      (values, { layer }) => apply(values, layer),
      Float64Array.of(input, 0.5, -1),
    ),
  ];
  return { options, living, naive };
}

describe('the cost of a sweep', () => {
  it('is one application for each beginning of the orders', () => {
    fc.assert(
      fc.property(someOrders, (orders) => {
        const beginnings = new Set(orders.flatMap((order) => order.map((_, slot) => String(order.slice(0, slot + 1)))));
        const { applications, unshared, states } = sweepCost(orders);
        expect(applications).toBe(beginnings.size);
        expect(unshared).toBe(orders.flat().length);
        expect(states).toBeLessThanOrEqual(Math.max(...orders.map(({ length }) => length)) + 1);
      }),
    );
  });

  it('of all swaps follows the formula: for 12 layers 582 applications instead of 792, with 3 states', () => {
    for (let n = 2; n <= 24; n++) expect(sweepCost(swapped(n)).applications).toBe(n - 2 + ((n - 1) * n * (n + 1)) / 3);
    expect(sweepCost(swapped(12))).toEqual({ applications: 582, unshared: 792, states: 3 });
    expect(sweepCost([identity(12), ...swapped(12)])).toEqual({ applications: 584, unshared: 804, states: 3 });
    expect(sweepCost([identity(12)])).toEqual({ applications: 12, unshared: 12, states: 2 });
  });
});

describe('a sweep', () => {
  it('gives for each order what it gives by itself, bit for bit, and costs what was said; all states are freed', async () => {
    await fc.assert(
      fc.asyncProperty(someOrders, async (orders) => {
        const { options, living, naive } = counted(4);
        const inputs = [0.25, -3];
        const results = await sweep({ ...options, orders, inputs });
        expect(results).toEqual(orders.map((order) => inputs.map((input) => naive(order, input))));
        const { applications, states } = sweepCost(orders);
        expect(living).toEqual({ now: 0, most: states, applications: 2 * applications });
      }),
    );
  });

  it('of all 66 swaps of 12 layers takes 582 applications for each input', async () => {
    const { options, living, naive } = counted(12);
    const orders = swapped(12);
    const results = await sweep({ ...options, orders, inputs: [1, 2, 3] });
    expect(living).toEqual({ now: 0, most: 3, applications: 3 * 582 });
    expect(results).toEqual(orders.map((order) => [1, 2, 3].map((input) => naive(order, input))));
  });

  it('tells blocks where they run and on what, and waits for those that are asynchronous', async () => {
    const orders = shuffles(4, { count: 24, seed: 1 });
    const results = await sweep({
      layers: [...'abcd'],
      orders,
      inputs: ['x', 'y'],
      start: async (input) => input,
      async block(state, layer, { slot, sourceLayer, input }) {
        await new Promise((resolve) => setImmediate(resolve));
        expect('abcd'[sourceLayer]).toBe(layer);
        expect(state).toMatch(new RegExp(`^${input}.{${slot}}$`));
        return state + layer;
      },
      finish: async (state, input, order) => [state, input, String(order)],
    });
    expect(results).toEqual(
      orders.map((order) =>
        ['x', 'y'].map((input) => [input + order.map((layer) => 'abcd'[layer]).join(''), input, String(order)]),
      ),
    );
  });

  it('frees a state once that a block hands on', async () => {
    const { options, living } = counted(4);
    const block = (state: State, layer: number) => (layer === 1 ? state : options.block(state, layer));
    await sweep({ ...options, block, orders: shuffles(4, { count: 24, seed: 1 }), inputs: [1, 2] });
    expect(living.now).toBe(0);
    await sweep({ ...options, block: (state) => state, orders: swapped(4), inputs: [1] });
    expect(living.now).toBe(0);
  });

  it('frees all states when anything throws, and passes the error on', async () => {
    const failing = fc.record({
      orders: someOrders,
      where: fc.constantFrom('start', 'block', 'finish', 'onProgress'),
      at: fc.nat(30),
    });
    await fc.assert(
      fc.asyncProperty(failing, async ({ orders, where, at }) => {
        const { options, living } = counted(4);
        let calls = 0;
        const callback = options[where as 'block'] ?? (() => {});
        const throwing = (...args: Parameters<typeof callback>) => {
          if (calls++ === at) throw new Error('broken');
          return callback(...args);
        };
        const run = sweep({ ...options, [where]: throwing, orders, inputs: [1, 2] });
        const error = await run.then(
          () => undefined,
          ({ message }) => message,
        );
        expect(error).toBe(calls > at ? 'broken' : undefined);
        expect(living.now).toBe(0);
      }),
    );
  });

  it('stops at a signal, also from a timer amid synchronous blocks, and frees all states', async () => {
    const { options, living } = counted(12);
    const run = (signal: AbortSignal, block = options.block) =>
      sweep({ ...options, block, orders: swapped(12), inputs: [1], signal });
    await expect(run(AbortSignal.abort(new Error('never began')))).rejects.toThrow('never began');
    expect(living).toMatchObject({ now: 0, applications: 0 });

    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 20);
    const slow = (state: State, layer: number) => {
      const until = performance.now() + 10;
      while (performance.now() < until);
      return options.block(state, layer);
    };
    await expect(run(controller.signal, slow)).rejects.toThrow('enough');
    expect(living.now).toBe(0);
    expect(living.applications).toBeGreaterThan(0);
    expect(living.applications).toBeLessThan(582);
  });

  it('reports its progress after each order, up to the end', async () => {
    const { options } = counted(4);
    const seen: SweepProgress[] = [];
    await sweep({ ...options, orders: swapped(4), inputs: [1, 2], onProgress: (progress) => seen.push(progress) });
    expect(seen).toHaveLength(2 * 6);
    const total = 2 * sweepCost(swapped(4)).applications;
    for (const [k, { done, share, elapsed }] of seen.entries()) {
      expect(share).toBe(done / total);
      if (k > 0) expect(done).toBeGreaterThan(seen[k - 1].done);
      if (k > 0) expect(elapsed).toBeGreaterThanOrEqual(seen[k - 1].elapsed);
    }
    expect(seen.at(-1)).toMatchObject({ done: total, total, share: 1, remaining: 0 });
  });

  it('runs an empty order: the state at the start', async () => {
    const { options, living } = counted(2);
    const progress: SweepProgress[] = [];
    const onProgress = (each: SweepProgress) => progress.push(each);
    expect(await sweep({ ...options, orders: [orderOf([], 2)], inputs: [7], onProgress })).toEqual([[[7, 0.5, -1]]]);
    expect(living).toEqual({ now: 0, most: 1, applications: 0 });
    expect(progress[0]).toMatchObject({ done: 0, total: 0, share: 1, remaining: 0 });
  });

  it('refuses what cannot be meant', async () => {
    const { options, living } = counted(4);
    const wrong: [Partial<SweepOptions<number, number, State, unknown>>, string][] = [
      [{ orders: [] }, 'There are 0 orders and 1 inputs; give at least one of each.'],
      [{ inputs: [] }, 'There are 7 orders and 0 inputs'],
      [{ orders: [identity(4), identity(6)] }, 'orders[1] is for 6 layers, and there are 4 layers'],
      [{ orders: [[0, 1, 2, 3] as never] }, 'orders[0] is a plain list'],
      [{ block: () => undefined as never }, 'block, for layer 1 in slot 0, returned nothing; return a state.'],
      [{ start: () => undefined as never }, 'start returned nothing'],
      [{ finish: (state) => state }, 'finish returned the state itself, which is freed afterwards'],
    ];
    for (const [override, message] of wrong) {
      const orders = [identity(4), ...swapped(4)];
      const run = sweep<number, number, State, unknown>({ ...options, orders, inputs: [1], ...override });
      await expect(run).rejects.toThrow(message);
      expect(living.now).toBe(0);
    }
    // Without dispose nothing is freed, and the state may be kept.
    const kept = await sweep({
      ...options,
      dispose: undefined,
      finish: (state) => state,
      orders: swapped(4),
      inputs: [1],
    });
    expect(kept.flat().every(({ alive }) => alive)).toBe(true);
  });
});

test('the time left is that at the speed since the first application', () => {
  let time = 1000;
  const meter = progressMeter(5, () => time);
  expect(meter.read()).toEqual({ done: 0, total: 5, share: 0, elapsed: 0 });
  time = 3000; // the first one compiles
  meter.count();
  expect(meter.read()).toEqual({ done: 1, total: 5, share: 0.2, elapsed: 2000 });
  time = 3010;
  meter.count();
  expect(meter.read()).toEqual({ done: 2, total: 5, share: 0.4, elapsed: 2010, remaining: 30 });
  time = 3050;
  for (let i = 0; i < 3; i++) meter.count();
  expect(meter.read()).toEqual({ done: 5, total: 5, share: 1, elapsed: 2050, remaining: 0 });
});
