import { matmul, matrix } from '@interlayer/linalg';
import { float32Matmul, tolerance } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import {
  type ActivationName,
  atb,
  atbFf,
  atbFfRes,
  atbFfResLn,
  atbLn,
  atbLnFf,
  atbLnFfRes,
  attentionMaps,
  attn,
  attnRes,
  contributionRows,
  type Scope,
  scopesOf,
  type TargetContributions,
} from '../src/index';
import { contributionsTo } from './oracle';
import { distance, lists, normal, randomLayer, values } from './support';

const ACTIVATIONS: ActivationName[] = ['relu', 'gelu', 'gelu-tanh', 'silu', 'identity'];

describe.each([
  { norm: 'post', gated: false },
  { norm: 'pre', gated: false },
  { norm: 'post', gated: true },
  { norm: 'pre', gated: true },
] as const)('norm: $norm, gated: $gated', ({ norm, gated }) => {
  it.each(ACTIVATIONS)('every contribution is that of the definitions, with %s', async (activation) => {
    const layer = randomLayer({ norm, gated, n: 3, d: 4, heads: 2, f: 5, activation, seed: 7 });
    for await (const { target, slots, norms } of contributionRows(layer)) {
      const expected = contributionsTo(target, layer);
      expect(Object.keys(slots)).toEqual(Object.keys(expected));
      for (const [scope, vectors] of Object.entries(expected) as [Scope, number[][]][]) {
        const context = `${scope}, target ${target}`;
        expect(distance(slots[scope].data, vectors.flat()), context).toBeLessThan(tolerance.integratedGradients);
        const lengths = vectors.map((vector) => Math.hypot(...vector));
        expect(distance(norms[scope], lengths), context).toBeLessThan(tolerance.integratedGradients);
      }
    }
  });

  it.each<[string, ((target: number, source: number) => boolean) | undefined, number[]]>([
    ['every token', undefined, [0, 11, 12, 39]],
    ['no later token', (target, source) => source <= target, [0, 4, 5, 24, 39]],
    [
      'a token far behind it',
      (target, source) => source === target || source === (target + 17) % 40,
      [0, 3, 22, 23, 39],
    ],
  ])(
    'contributions of a sequence that fills several groups are those of the definitions, where a target sees %s',
    async (_, visible, targets) => {
      // A gated ReLU near its kink is beyond the oracle's differences.
      const activation = gated ? 'silu' : 'relu';
      const layer = randomLayer({ norm, gated, n: 40, d: 4, heads: 2, f: 3, activation, visible, seed: 8 });
      const rows: TargetContributions[] = [];
      for await (const row of contributionRows(layer)) rows.push(row);
      const maps = await attentionMaps(layer);
      // Read after the last one: no row's values are written over by later ones.
      for (const { target, slots, norms } of rows) {
        if (!targets.includes(target)) continue;
        for (const [scope, vectors] of Object.entries(contributionsTo(target, layer)) as [Scope, number[][]][]) {
          expect(distance(slots[scope].data, vectors.flat()), scope).toBeLessThan(tolerance.integratedGradients);
          expect([...norms[scope].slice(0, -1)]).toEqual(lists(maps[scope].map)[target]);
          const others = vectors[0].map((__, k) =>
            vectors.slice(0, -1).reduce((sum, vector, source) => sum + (source === target ? 0 : vector[k]), 0),
          );
          const mixing = Math.hypot(...others) / (Math.hypot(...others) + Math.hypot(...vectors[target]));
          expect(maps[scope].mixing[target], scope).toBeCloseTo(mixing, 6);
        }
      }
      expect(rows.map(({ target }) => target)).toEqual([...Array(40).keys()]);
    },
  );

  it.each(ACTIVATIONS)('Q1: contributions sum to the layer at every scope, with %s', async (activation) => {
    for (const seed of [1, 2, 3]) {
      const layer = randomLayer({ norm, gated, n: 6, d: 12, heads: 3, f: 20, activation, seed });
      for (const { gap } of Object.values(await attentionMaps(layer)))
        expect(gap).toBeLessThan(tolerance.contributionSum);
      const rounded = await attentionMaps(layer, { matmul: float32Matmul });
      for (const { gap } of Object.values(rounded)) expect(gap).toBeLessThan(tolerance.contributionSum32);
    }
  });

  it('results of an injected product stay as they are', async () => {
    const kept: { data: ArrayLike<number>; copy: number[] }[] = [];
    const layer = randomLayer({ norm, gated, seed: 10 });
    const maps = await attentionMaps(layer, {
      matmul(a, b) {
        const result = matmul(a, b);
        kept.push({ data: result.data, copy: [...result.data] });
        return result;
      },
    });
    for (const { data, copy } of kept) expect([...(data as Float64Array)]).toEqual(copy);
    expect(maps).toEqual(await attentionMaps(layer));
  });

  it('one function for each scope gives what the pass over all of them gives', async () => {
    const layer = randomLayer({ norm, gated, seed: 4 });
    const all = await attentionMaps(layer);
    const single =
      norm === 'post' ? [attn, attnRes, atb, atbFf, atbFfRes, atbFfResLn] : [attn, atb, atbLn, atbLnFf, atbLnFfRes];
    expect(scopesOf(layer)).toHaveLength(single.length);
    for (const [k, scope] of scopesOf(layer).entries()) expect(await single[k](layer)).toEqual(all[scope]);
    expect(new Set(scopesOf(layer).map((scope) => values(all[scope]).join())).size).toBe(single.length);
  });

  it('the context-mixing ratio is of the sum of the others, not of their lengths', async () => {
    const layer = randomLayer({ norm, gated, seed: 5 });
    const { Atb } = await attentionMaps(layer, { scopes: ['Atb'] });
    for await (const { target, slots } of contributionRows(layer, { scopes: ['Atb'] })) {
      const rows = lists(slots.Atb).slice(0, -1);
      const others = rows[0].map((_, k) => rows.reduce((sum, row, j) => sum + (j === target ? 0 : row[k]), 0));
      const [mixed, kept] = [Math.hypot(...others), Math.hypot(...rows[target])];
      expect(Atb.mixing[target]).toBeCloseTo(mixed / (mixed + kept), 12);
    }
  });

  it('numerical integration comes to the closed form, and a coarse rule is caught by the check', async () => {
    const layer = randomLayer({ norm, gated, seed: 6 });
    const exact = await attentionMaps(layer);
    const numeric = await attentionMaps(layer, { integration: { rule: 'gauss-legendre', steps: 32 } });
    for (const scope of scopesOf(layer))
      expect(distance(values(numeric[scope]), values(exact[scope]))).toBeLessThan(tolerance.contributionSum);
    const coarse = { rule: 'midpoint', steps: 1 } as const;
    await expect(attentionMaps(layer, { integration: coarse })).rejects.toThrow(
      /At Atb(Ln)?Ff the contributions to target 0/,
    );
    const unchecked = await attentionMaps(layer, { integration: coarse, check: false });
    expect(Math.max(...Object.values(unchecked).map(({ gap }) => gap))).toBeGreaterThan(1e-4);
  });

  it('an activation of your own, with a value at 0, leaves that value to the biases', async () => {
    const shifted = { value: (x: number) => Math.tanh(x + 0.5), slope: (x: number) => 1 / Math.cosh(x + 0.5) ** 2 };
    const layer = randomLayer({ norm, gated, activation: shifted, seed: 8 });
    const closed = await attentionMaps(layer);
    const numeric = await attentionMaps(layer, { integration: { rule: 'gauss-legendre', steps: 32 } });
    for (const scope of scopesOf(layer)) {
      expect(closed[scope].gap).toBeLessThan(tolerance.contributionSum);
      expect(distance(values(numeric[scope]), values(closed[scope]))).toBeLessThan(tolerance.specialFunction);
    }
  });
});

it('a value head that several heads share is that head, repeated', async () => {
  const layer = randomLayer({ norm: 'pre', gated: true, heads: 3, seed: 11 });
  const { weight, bias } = layer.value;
  const repeated = matrix(Array(3).fill(lists(weight)).flat(2), weight.columns);
  const value = {
    weight: repeated,
    bias: Array(3)
      .fill([...Array.from(bias!)])
      .flat(),
  };
  expect(await attentionMaps({ ...layer, value })).toEqual(await attentionMaps(layer));
});

describe('what is refused', () => {
  const layer = randomLayer({ norm: 'post', seed: 9 });
  const throws = (change: object, message: RegExp, options: object = {}) =>
    expect(attentionMaps({ ...layer, ...change }, options)).rejects.toThrow(message);

  it('scopes of the other order of LayerNorm, or beyond the attention block without feed-forward', async () => {
    await throws({}, /has no scope "AtbLn"; it has Attn, AttnRes, Atb, AtbFf, AtbFfRes, AtbFfResLn/, {
      scopes: ['AtbLn'],
    });
    await throws({ feedForward: undefined }, /no feedForward has no scope "AtbFf"/, { scopes: ['AtbFf'] });
    await throws({}, /No scope/, { scopes: [] });
    expect(Object.keys(await attentionMaps({ ...layer, feedForward: undefined }))).toEqual(['Attn', 'AttnRes', 'Atb']);
  });

  it('weights after dropout, or scores in place of weights', async () => {
    const dropped = layer.attention.map((weights) => ({
      ...weights,
      data: weights.data.map((w, k) => (k % 4 ? w / 0.9 : 0)),
    }));
    await throws({ attention: dropped }, /attention\[0\] row 0 sums to .*without dropout/);
    await throws({ attention: [normal(4, 4, 1), normal(4, 4, 2)] }, /negative weight/);
  });

  it('shapes that do not fit, naming them', async () => {
    const { value, output, feedForward, attentionNorm } = layer;
    await throws({ attention: [] }, /no heads/);
    await throws(
      { attention: layer.attention.slice(0, 1).concat(normal(3, 3, 1)) },
      /attention\[1\] is 3 × 3; 4 tokens need 4 × 4/,
    );
    await throws({ value: { weight: normal(6, 5, 1) } }, /value.weight is 6 × 5; .*Transpose/);
    await throws(
      { value: { weight: normal(5, 6, 1) } },
      /5 rows; 2 heads of size 3 need 6, or in grouped-query attention 3 times a number that divides 2/,
    );
    await throws({ value: { weight: normal(12, 6, 1) } }, /12 rows; 2 heads of size 3 need 6/);
    await throws({ output: { weight: normal(5, 6, 1) } }, /output.weight is 5 × 6/);
    await throws({ output: { weight: normal(6, 5, 1) } }, /5 columns, which 2 heads cannot share/);
    await throws({ output: { ...output, bias: [1] } }, /output.bias has 1 values; it needs 6/);
    await throws({ value: { ...value, bias: Array(6).fill(Number.NaN) } }, /value.bias has NaN at index 0/);
    await throws({ attentionNorm: { ...attentionNorm, epsilon: -1 } }, /epsilon is -1/);
    await throws({ attentionNorm: { ...attentionNorm, kind: 'RMS' } }, /attentionNorm.kind is "RMS".*"layer" or "rms"/);
    await throws(
      { feedForward: { ...feedForward, gate: { weight: normal(7, 6, 1) } } },
      /feedForward.gate.weight is 7 × 6; it must be \[out, in\] = 8 × 6/,
    );
    await throws(
      { feedForward: { ...feedForward, activation: 'gelu_new' } },
      /no activation "gelu_new"; use one of relu/,
    );
    await throws({ norm: 'none' }, /"post" or "pre"/);
  });

  it('contributions that do not sum to captured activations', async () => {
    const Atb = normal(4, 6, 1);
    await throws({}, /At Atb the contributions to target 0 miss the captured activation/, {
      check: { activations: { Atb } },
    });
    await throws({}, /activations.Atb is 3 × 6; it must be 4 × 6/, {
      check: { activations: { Atb: normal(3, 6, 1) } },
    });
    await throws({}, /activations has Atb, which is not among the scopes/, {
      scopes: ['Attn'],
      check: { activations: { Atb } },
    });
    await throws({}, /tolerance is 0/, { check: { tolerance: 0 } });
  });
});
