import { type Float64Matrix, matrix, zeros } from '@interlayer/linalg';
import { permutation, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ActivationName, attentionMaps, contributionRows, type Layer, mapChange, scopesOf } from '../src/index';
import { normalizeRows, rowDeviations } from '../src/layer-norm';
import { distance, lists, normal, randomLayer, type Shape, values } from './support';

const seeds = fc.integer({ min: 1, max: 100_000 });
const norms = fc.constantFrom('post', 'pre') as fc.Arbitrary<Layer['norm']>;
const names: ActivationName[] = ['relu', 'gelu', 'gelu-tanh', 'silu', 'identity'];
const shapes: fc.Arbitrary<Shape> = fc.record({
  norm: norms,
  n: fc.integer({ min: 1, max: 5 }),
  d: fc.integer({ min: 3, max: 8 }),
  heads: fc.integer({ min: 1, max: 3 }),
  f: fc.integer({ min: 1, max: 9 }),
  activation: fc.constantFrom(...names),
  seed: seeds,
});
/** Plain blocks, and those of Llama and its kin. */
const allShapes = fc.tuple(shapes, fc.boolean()).map(([shape, gated]): Shape => ({ ...shape, gated }));

/** Asserts a property that is asynchronous, on a few dozen random layers. */
const forAll = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => Promise<void>) =>
  fc.assert(fc.asyncProperty(arbitrary, property), { numRuns: 30 });

const scaled = (a: { data: ArrayLike<number>; columns: number }, by: number): Float64Matrix =>
  matrix(
    Float64Array.from(a.data, (value) => value * by),
    a.columns,
  );
const times = (a: ArrayLike<number>, by: number) => Float64Array.from(a, (value) => value * by);
const identity = (d: number) =>
  matrix(
    Float64Array.from({ length: d * d }, (_, k) => (k % (d + 1) ? 0 : 1)),
    d,
  );
const [before, after] = [
  (layer: Layer) => (layer.norm === 'post' ? 'Atb' : 'AtbLn') as 'Atb',
  (layer: Layer) => (layer.norm === 'post' ? 'AtbFf' : 'AtbLnFf') as 'AtbFf',
];
const close = (a: ArrayLike<number>, b: ArrayLike<number>) => expect(distance(a, b)).toBeLessThan(tolerance.float64);

describe('for any weights', () => {
  it('Q1: contributions sum to the layer at every scope', () =>
    forAll(allShapes, async (shape) => {
      for (const { gap } of Object.values(await attentionMaps(randomLayer(shape))))
        expect(gap).toBeLessThan(tolerance.contributionSum);
    }));

  it('Q2: without the bias slot the gap is the bias slot; Q13: the rest is no longer than the sum of the map', () =>
    forAll(allShapes, async (shape) => {
      const layer = randomLayer(shape);
      const maps = await attentionMaps(layer);
      for await (const { target, slots, states } of contributionRows(layer))
        for (const scope of scopesOf(layer)) {
          const rows = lists(slots[scope]);
          const tokens = rows[0].map((_, k) => rows.slice(0, -1).reduce((sum, row) => sum + row[k], 0));
          close(
            states[scope].map((value, k) => value - tokens[k]),
            rows.at(-1)!,
          );
          expect(maps[scope].bias[target]).toBeCloseTo(Math.hypot(...rows.at(-1)!), 10);
          const line = lists(maps[scope].map)[target];
          expect(Math.min(...line)).toBeGreaterThanOrEqual(0);
          const total = line.reduce((sum, length) => sum + length, 0);
          expect(Math.hypot(...tokens)).toBeLessThanOrEqual(total * (1 + tolerance.cosine));
          const ratio = maps[scope].mixing[target];
          // Closed ReLUs let nothing through, and then there is no ratio.
          if (total === 0) expect(ratio).toBeNaN();
          else expect(ratio >= 0 && ratio <= 1, `${ratio}`).toBe(true);
        }
    }));

  it('Q4: a hidden unit has one gate for all sources of a target', () =>
    forAll(shapes, async (shape) => {
      const layer = randomLayer({ ...shape, f: shape.d });
      const unit = { weight: identity(layer.input.columns) };
      // With both matrices the identity, the hidden units are what the scope shows.
      layer.feedForward = { ...layer.feedForward, up: { ...layer.feedForward.up, weight: unit.weight }, down: unit };
      const bias = layer.feedForward.up.bias!;
      for await (const { slots } of contributionRows(layer)) {
        const [u, h] = [slots[before(layer)], slots[after(layer)]].map(lists);
        u[u.length - 1] = u.at(-1)!.map((value, k) => value + bias[k]);
        for (let k = 0; k < bias.length; k++) {
          const sum = u.reduce((total, row) => total + row[k], 0);
          const share = h.reduce((total, row) => total + row[k], 0);
          for (const [slot, row] of u.entries())
            expect(Math.abs(h[slot][k] * sum - row[k] * share)).toBeLessThan(tolerance.float64);
        }
      }
    }));

  it('Q5: an identity, or ReLU with every unit open, is one linear map', () =>
    forAll(shapes, async (shape) => {
      const layer = randomLayer({ ...shape, activation: 'identity' });
      const { up } = layer.feedForward;
      layer.feedForward.up = { ...up, bias: new Float64Array(up.weight.rows).fill(1e3) };
      const open: Layer = { ...layer, feedForward: { ...layer.feedForward, activation: 'relu' } };
      const [linear, relu] = [await attentionMaps(layer), await attentionMaps(open)];
      close(values(relu[after(layer)]), values(linear[after(layer)]));
      const [W1, W2] = [lists(up.weight), lists(layer.feedForward.down.weight)];
      for await (const { target, slots } of contributionRows(layer)) {
        const mapped = lists(slots[before(layer)])
          .slice(0, -1)
          .map((row) => W1.map((w) => w.reduce((sum, value, k) => sum + value * row[k], 0)))
          .map((hidden) => Math.hypot(...W2.map((w) => w.reduce((sum, value, k) => sum + value * hidden[k], 0))));
        close(lists(linear[after(layer)].map)[target], mapped);
      }
    }));

  it('Q6: ReLU scales with what it reads', () =>
    forAll(fc.record({ shape: shapes, by: fc.double({ min: 0.1, max: 10, noNaN: true }) }), async ({ shape, by }) => {
      const layer = randomLayer({ ...shape, activation: 'relu' });
      const { norm: outer, up, down, ...rest } = layer.feedForward;
      const grow = <T extends { gain: ArrayLike<number>; bias?: ArrayLike<number> }>(norm: T): T => ({
        ...norm,
        gain: times(norm.gain, by),
        bias: times(norm.bias!, by),
      });
      const feedForward = { ...rest, up, down: { weight: down.weight }, norm: outer };
      const grownUp = { ...up, bias: times(up.bias!, by) };
      const grown: Layer =
        layer.norm === 'post'
          ? { ...layer, attentionNorm: grow(layer.attentionNorm), feedForward: { ...feedForward, up: grownUp } }
          : { ...layer, feedForward: { ...feedForward, up: grownUp, norm: grow(outer) } };
      const [once, more] = [await attentionMaps({ ...layer, feedForward }), await attentionMaps(grown)];
      close(values(more[after(layer)]), times(values(once[after(layer)]), by));
      close(more[after(layer)].bias, times(once[after(layer)].bias, by));
    }));

  it('Q8: a feed-forward block of zeros contributes nothing, and the skip restores the map', () =>
    forAll(allShapes, async (shape) => {
      const layer = randomLayer({ ...shape, n: 4 });
      layer.feedForward.down = { weight: zeros(layer.input.columns, layer.feedForward.up.weight.rows) };
      const maps = await attentionMaps(layer);
      const rest = layer.norm === 'post' ? 'AtbFfRes' : 'AtbLnFfRes';
      expect(values(maps[after(layer)]).every((value) => value === 0)).toBe(true);
      expect(values(maps[rest])).toEqual(values(maps.Atb));
      expect(mapChange(maps[before(layer)].map, maps[after(layer)].map).value).toBeNull();
      expect(mapChange(maps.Atb.map, maps[rest].map).value).toBe(0);
    }));

  it('Q9: the skip undoes a small feed-forward output, and is lost in a large one', () =>
    forAll(seeds, async (seed) => {
      const change = async (by: number) => {
        const layer = randomLayer({ norm: 'post', n: 4, seed });
        const { down } = layer.feedForward;
        layer.feedForward.down = { weight: scaled(down.weight, by), bias: times(down.bias!, by) };
        const { Atb, AtbFf, AtbFfRes } = await attentionMaps(layer);
        return [mapChange(Atb.map, AtbFf.map).value!, mapChange(Atb.map, AtbFfRes.map).value!];
      };
      expect((await change(1e-7))[1]).toBeCloseTo(0, 10);
      const [feedForward, skipped] = await change(1e7);
      expect(skipped).toBeCloseTo(feedForward, 10);
    }));

  it('Q10: under a causal mask later tokens contribute exactly nothing', () =>
    forAll(allShapes, async (shape) => {
      const layer = randomLayer({ ...shape, visible: (target, source) => source <= target });
      for (const { map } of Object.values(await attentionMaps(layer)))
        for (const [target, row] of lists(map).entries())
          expect(row.slice(target + 1).every((value) => value === 0)).toBe(true);
    }));

  it('Q11: permuting tokens permutes both axes', () =>
    forAll(fc.tuple(allShapes, permutation(4)), async ([shape, order]) => {
      const layer = randomLayer({ ...shape, n: 4 });
      const permuted = (a: Layer['input']) =>
        matrix(
          order.flatMap((i) => lists(a)[i]),
          a.columns,
        );
      const both = (a: Layer['input']) =>
        matrix(
          order.flatMap((i) => order.map((j) => lists(a)[i][j])),
          4,
        );
      const other = { ...layer, input: permuted(layer.input), attention: layer.attention.map(both) };
      const [maps, moved] = [await attentionMaps(layer), await attentionMaps(other)];
      for (const scope of scopesOf(layer)) close(values(moved[scope]), both(maps[scope].map).data);
    }));

  it('Q12: tokens that nobody attends to contribute nothing, and change nothing else', () =>
    forAll(allShapes, async (shape) => {
      const padded = randomLayer({ ...shape, n: 5, visible: (_, source) => source < 3 });
      const first = (a: Layer['input'], columns: number) =>
        matrix(
          lists(a)
            .slice(0, 3)
            .flatMap((row) => row.slice(0, columns)),
          columns,
        );
      const d = padded.input.columns;
      const short = { ...padded, input: first(padded.input, d), attention: padded.attention.map((a) => first(a, 3)) };
      const [long, maps] = [await attentionMaps(padded), await attentionMaps(short)];
      for (const scope of scopesOf(padded)) {
        for (const row of lists(long[scope].map).slice(0, 3)) expect(row.slice(3)).toEqual([0, 0]);
        close(first(long[scope].map, 3).data, values(maps[scope]));
      }
    }));

  it('Q16: equal tokens under uniform attention contribute alike', () =>
    forAll(allShapes, async (shape) => {
      const layer = randomLayer({ ...shape, n: 4 });
      layer.input = matrix(Array(4).fill(lists(layer.input)[0]).flat(), layer.input.columns);
      layer.attention = layer.attention.map(() => matrix(Array(16).fill(0.25), 4));
      for (const { map } of Object.values(await attentionMaps(layer)))
        for (const [target, row] of lists(map).entries()) {
          const others = row.filter((_, source) => source !== target);
          close(others, Array(3).fill(others[0]));
        }
    }));

  it('Q18: the order of heads does not matter, and their sum is no longer than their lengths together', () =>
    forAll(shapes, async (shape) => {
      const layer = randomLayer({ ...shape, heads: 2 });
      const swap = (rows: number[][]) => matrix([...rows.slice(3), ...rows.slice(0, 3)].flat(), rows[0].length);
      const columns = lists(layer.output.weight).map((row) => [...row.slice(3), ...row.slice(0, 3)]);
      const swapped: Layer = {
        ...layer,
        attention: layer.attention.toReversed(),
        value: {
          weight: swap(lists(layer.value.weight)),
          bias: swap(Array.from(layer.value.bias!, (value) => [value])).data,
        },
        output: { ...layer.output, weight: matrix(columns.flat(), 6) },
      };
      const [maps, others] = [await attentionMaps(layer), await attentionMaps(swapped)];
      for (const scope of scopesOf(layer)) close(values(others[scope]), values(maps[scope]));
      const ofHead = async (head: number) => {
        const weight = lists(layer.output.weight).map((row) => row.map((w, k) => (Math.floor(k / 3) === head ? w : 0)));
        return (await attentionMaps({ ...layer, output: { weight: matrix(weight.flat(), 6) } })).Attn;
      };
      const parts = [await ofHead(0), await ofHead(1)].map(values);
      for (const [k, value] of values(maps.Attn).entries())
        expect(value).toBeLessThanOrEqual((parts[0][k] + parts[1][k]) * (1 + tolerance.cosine) + Number.MIN_VALUE);
    }));
});

describe.each(['layer', 'rms'] as const)('Q7: %s norm distributes over a sum', (kind) => {
  const gain = { kind, gain: normal(1, 6, 1).data, epsilon: 1e-5 };
  const sumOf = (terms: Float64Matrix) =>
    matrix(
      lists(terms).reduce((total, row) => total.map((value, k) => value + row[k])),
      6,
    );

  it('with the deviation of the sum, and not with that of each term', () => {
    const terms = normal(3, 6, 2);
    const total = sumOf(terms);
    const [s] = rowDeviations(total, gain);
    const normalized = normalizeRows(total, gain, () => s);
    close(sumOf(normalizeRows(terms, gain, () => s)).data, normalized.data);
    const each = rowDeviations(terms, gain);
    expect(distance(sumOf(normalizeRows(terms, gain, (i) => each[i])).data, normalized.data)).toBeGreaterThan(0.1);
  });

  it(`is linear in each term, ${kind === 'rms' ? 'whose mean counts' : 'whatever constant is added to it'}`, () => {
    const [u, v] = [normal(1, 6, 3), normal(1, 6, 4)];
    const g = (data: Float64Array) => normalizeRows(matrix(data, 6), gain, () => 1.7).data;
    const combined = u.data.map((value, k) => 2 * value - 3 * v.data[k] + 5);
    const constant = g(new Float64Array(6).fill(5));
    if (kind === 'rms') close(constant, times(gain.gain, 5 / 1.7));
    else close(constant, new Float64Array(6));
    const [gu, gv] = [g(u.data), g(v.data)];
    close(
      g(combined),
      gu.map((value, k) => 2 * value - 3 * gv[k] + constant[k]),
    );
  });
});
