import { createBert } from '@interlayer/bert-model';
import { createGpt } from '@interlayer/gpt-model';
import { type Matrix, matmul, RowCollector, rowsOf } from '@interlayer/linalg';
import { type Hookable, stream } from '@interlayer/tensor-hooks';
import { randomizeWeights, randomValues, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  blockComponents,
  type Component,
  ComponentFits,
  ComponentScores,
  fitLinear,
  type Points,
  Scorer,
} from '../src/index';
import { expectNear, image, normal, row } from './support';

const POST = [
  'mlp',
  'ffgelu',
  'ffn_before_ln',
  'ffn',
  'self_attention',
  'self_attention_ff',
  'ff_after_self_attention',
  'attention_before_ln',
  'attention',
  'encoder',
];
const [WIDTH, HEADS, LAYERS, LENGTH] = [8, 2, 2, 6];

/** The activations of a model at the ends of components, as a reader gets them: hooks, rows without padding. */
async function activations<P extends string>(
  model: Hookable<P, { ids: tf.Tensor2D }>,
  components: readonly Component[],
  sentences: number,
): Promise<Record<string, Matrix>> {
  const collector = new RowCollector();
  const { points } = new ComponentFits(components);
  const sinks = Object.fromEntries(points.map((point) => [point, collector.sink(point)]));
  const ids = tf.tensor2d(
    Int32Array.from({ length: sentences * LENGTH }, (_, i) => (i * i * 31 + 7 * i) % 40),
    [sentences, LENGTH],
    'int32',
  );
  // The last token of every second sentence is left out, as padding would be.
  const mask = Array.from({ length: sentences * LENGTH }, (_, i) => (i % (2 * LENGTH) === 2 * LENGTH - 1 ? 0 : 1));
  await stream(model, [{ ids }], sinks as never, { rows: () => mask });
  tf.dispose(ids);
  return collector.take();
}

const scoresOf = async (X: Matrix, Y: Matrix, ridge: number) => {
  const scorer = new Scorer(await fitLinear({ X, Y, ridge }));
  await scorer.add(X, Y);
  return scorer.scores();
};

function expectRows(actual: Matrix, expected: (i: number) => ArrayLike<number>, bound: number = tolerance.forward) {
  for (let i = 0; i < actual.rows; i++) {
    const line = expected(i);
    for (const [j, value] of row(actual, i).entries())
      expectNear(value, line[j], bound * Math.max(1, Math.abs(line[j])));
  }
}

beforeAll(() => useBackend('cpu'));

describe('of a BERT', () => {
  const components = blockComponents({ norm: 'post', layers: LAYERS });
  let points: Points;
  let weights: Record<string, Float64Array>;

  beforeAll(async () => {
    const model = createBert(
      {
        vocab_size: 40,
        hidden_size: WIDTH,
        num_hidden_layers: LAYERS,
        num_attention_heads: HEADS,
        intermediate_size: 4 * WIDTH,
        max_position_embeddings: LENGTH,
        layer_norm_eps: 1e-6,
      },
      { seed: 1 },
    );
    let seed = 3;
    randomizeWeights(model.weights, (size) => randomValues(size, seed++));
    points = await activations(model as never, components, 40);
    weights = Object.fromEntries(
      Object.entries(model.weights).map(([name, value]) => [
        /layer\.(\d+\..*)/.exec(name)?.[1] ?? name,
        Float64Array.from(value.dataSync()),
      ]),
    );
    model.dispose();
  });

  const ends = (layer: number, name: string) => {
    const { input, output } = components.find((each) => each.name === `layers.${layer}.${name}`)!;
    return { input: points[input], output: points[output] };
  };
  /** Wx + b with weights [out, in], as the file of a BERT has them. */
  const dense = (layer: number, name: string, x: readonly number[]) => {
    const [W, b] = [weights[`${layer}.${name}.weight`], weights[`${layer}.${name}.bias`]];
    return [...b].map((value, j) => x.reduce((sum, each, k) => sum + W[j * x.length + k] * each, value));
  };
  const normalized = (layer: number, name: string, x: readonly number[]) => {
    const [gain, bias] = [weights[`${layer}.${name}.weight`], weights[`${layer}.${name}.bias`]];
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
    const deviation = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length + 1e-6);
    return x.map((value, j) => (gain[j] * (value - mean)) / deviation + bias[j]);
  };

  it('are the ten of the paper, in every layer', () => {
    expect(components.map(({ name }) => name)).toEqual(
      [0, 1].flatMap((layer) => POST.map((name) => `layers.${layer}.${name}`)),
    );
  });

  it.each([0, 1])('begin and end where the weights of layer %i say', (layer) => {
    const at = (name: string) => ends(layer, name);
    const output = (name: string) => (i: number) => row(at(name).output, i);
    const plus = (name: string, input: Matrix) => (i: number) =>
      output(name)(i).map((value, j) => value + row(input, i)[j]);
    const x = at('encoder').input;
    const y = at('mlp').input;
    // Which dense layers and LayerNorms lie between two points pins both of them.
    expectRows(at('self_attention_ff').output, (i) =>
      dense(layer, 'attention.output.dense', output('self_attention')(i)),
    );
    expectRows(at('attention_before_ln').output, plus('self_attention_ff', x));
    expectRows(at('attention').output, (i) =>
      normalized(layer, 'attention.output.LayerNorm', output('attention_before_ln')(i)),
    );
    expectRows(y, output('attention'));
    expect(at('ffgelu').output.columns).toBe(4 * WIDTH);
    const erf = tf.tidy(() =>
      tf
        .erf(
          tf.tensor(
            Array.from({ length: y.rows }, (_, i) =>
              dense(layer, 'intermediate.dense', row(y, i)).map((value) => value / Math.SQRT2),
            ),
          ),
        )
        .arraySync(),
    ) as number[][];
    expectRows(
      at('ffgelu').output,
      (i) => dense(layer, 'intermediate.dense', row(y, i)).map((value, j) => 0.5 * value * (1 + erf[i][j])),
      2 * tolerance.forward,
    );
    expectRows(at('mlp').output, (i) => dense(layer, 'output.dense', output('ffgelu')(i)));
    expectRows(at('ffn_before_ln').output, plus('mlp', y));
    expectRows(at('ffn').output, (i) => normalized(layer, 'output.LayerNorm', output('ffn_before_ln')(i)));
    expectRows(at('encoder').output, output('ffn'), 0);
    for (const name of ['self_attention', 'self_attention_ff', 'attention_before_ln', 'attention'])
      expect(at(name).input).toBe(x);
    for (const name of ['ffgelu', 'ffn_before_ln', 'ffn']) expect(at(name).input).toBe(y);
    if (layer === 1) expectRows(x, (i) => row(ends(0, 'encoder').output, i), 0);
    expect(x.rows).toBe(40 * LENGTH - 20);
  });

  it('NL1, NL3: the output layer of attention is affine, and skips change no residual', async () => {
    const affine = ends(1, 'ff_after_self_attention');
    const { r2, gamma } = await scoresOf(affine.input, affine.output, 0);
    // The activations are float32.
    expectNear(r2, 1, tolerance.float64);
    expectNear(gamma, 1, tolerance.float64);
    for (const [branch, skipped] of [
      ['mlp', 'ffn_before_ln'],
      ['self_attention_ff', 'attention_before_ln'],
    ]) {
      const residual = async (name: string) => {
        const { input, output } = ends(0, name);
        const means = [...Array(WIDTH).keys()].map(
          (j) => [...Array(output.rows).keys()].reduce((sum, i) => sum + row(output, i)[j], 0) / output.rows,
        );
        const spread = [...Array(output.rows).keys()].reduce(
          (sum, i) => sum + row(output, i).reduce((s, value, j) => s + (value - means[j]) ** 2, 0),
          0,
        );
        return (1 - (await scoresOf(input, output, 0)).r2!) * spread;
      };
      const without = await residual(branch);
      expect(without).toBeGreaterThan(0.1);
      expectNear((await residual(skipped)) / without, 1, tolerance.float32);
    }
  });

  it('fitted and scored together in batches, equal those done one by one', async () => {
    const part = (from: number, to: number): Points =>
      Object.fromEntries(Object.entries(points).map(([name, X]) => [name, rowsOf(X, from, to)]));
    const clusters = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => Math.floor((from + i) / 7));
    for (const product of [undefined, matmul]) {
      const fits = new ComponentFits(components, { matmul: product });
      await fits.add(part(0, 50));
      await fits.add(part(50, 160));
      expect(fits.n).toBe(160);
      const models = fits.solve({ ridge: 1e-4 });
      const held = new ComponentScores(components, models, { matmul: product });
      await held.add(part(160, 163), clusters(160, 163));
      await held.add(part(163, 220), clusters(163, 220));
      const scores = held.scores();
      const intervals = held.intervals({ seed: 1, measures: ['gamma'], resamples: 2000 });
      expect(Object.keys(scores)).toEqual(components.map(({ name }) => name));
      for (const { name, input, output } of components) {
        const [X, Y] = [points[input], points[output]];
        const alone = await fitLinear({ X: rowsOf(X, 0, 160), Y: rowsOf(Y, 0, 160), ridge: 1e-4 });
        for (const [i, value] of alone.coefficients.data.entries())
          expectNear(models[name].coefficients.data[i], value, tolerance.normalEquations);
        const scorer = new Scorer(alone);
        await scorer.add(rowsOf(X, 160, 220), rowsOf(Y, 160, 220), clusters(160, 220));
        const expected = scorer.scores();
        for (const measure of ['gamma', 'gammaByCluster', 'gammaRatio', 'r2', 'medianR2'] as const)
          expectNear(scores[name][measure], expected[measure]!, tolerance.normalEquations);
        expect(intervals[name].gamma).toMatchObject({ estimate: scores[name].gamma, n: expected.clusters });
      }
    }
  });
});

describe('of a GPT', () => {
  it('are eight: LayerNorms come first, so no skip is without one', async () => {
    const components = blockComponents({ norm: 'pre', layers: LAYERS });
    expect(components.filter(({ name }) => name.startsWith('layers.1.')).map(({ name }) => name.slice(9))).toEqual(
      POST.filter((name) => !name.endsWith('_before_ln')),
    );
    const model = createGpt(
      { vocab_size: 40, n_positions: LENGTH, n_embd: WIDTH, n_layer: LAYERS, n_head: HEADS },
      { seed: 1 },
    ).withHead(false);
    let seed = 5;
    randomizeWeights(model.weights, (size) => randomValues(size, seed++));
    const points = await activations(model as never, components, 40);
    const conv = (name: string, x: readonly number[]) => {
      const key = Object.keys(model.weights).find((each) => each.endsWith(`h.1.${name}.weight`))!;
      const W = model.weights[key].dataSync();
      const b = [...model.weights[key.replace(/weight$/, 'bias')].dataSync()];
      return b.map((value, j) => x.reduce((sum, each, k) => sum + W[k * b.length + j] * each, value));
    };
    const ends = (name: string) => {
      const { input, output } = components.find((each) => each.name === `layers.1.${name}`)!;
      return { input: points[input], output: points[output] };
    };
    const at = (X: Matrix) => (i: number) => row(X, i);
    const sum = (a: Matrix, b: Matrix) => (i: number) => row(a, i).map((value, j) => value + row(b, i)[j]);
    expectRows(ends('mlp').output, (i) => conv('mlp.c_proj', row(ends('ffgelu').output, i)));
    expectRows(ends('self_attention_ff').output, (i) => conv('attn.c_proj', row(ends('self_attention').output, i)));
    expectRows(ends('attention').output, sum(ends('encoder').input, ends('self_attention_ff').output));
    expectRows(ends('ffn').output, sum(ends('attention').output, ends('mlp').output));
    expectRows(ends('encoder').output, at(ends('ffn').output), 0);
    expectRows(ends('ffn').input, at(ends('attention').output), 0);
    // The branches read the normalised stream.
    for (const [name, norm, stream] of [
      ['mlp', 'ln_2', ends('ffn').input],
      ['self_attention_ff', 'ln_1', ends('encoder').input],
    ] as const) {
      const key = Object.keys(model.weights).find((each) => each.endsWith(`h.1.${norm}.weight`))!;
      const [gain, bias] = [model.weights[key], model.weights[key.replace(/weight$/, 'bias')]].map((each) =>
        each.dataSync(),
      );
      expectRows(ends(name).input, (i) => {
        const x = row(stream, i);
        const mean = x.reduce((total, value) => total + value, 0) / x.length;
        const deviation = Math.sqrt(x.reduce((total, value) => total + (value - mean) ** 2, 0) / x.length + 1e-5);
        return x.map((value, j) => (gain[j] * (value - mean)) / deviation + bias[j]);
      });
    }
    const { r2 } = await scoresOf(ends('ff_after_self_attention').input, ends('ff_after_self_attention').output, 0);
    expectNear(r2, 1, tolerance.float64);
    model.dispose();
  });
});

describe('blockComponents', () => {
  const names = (options: Parameters<typeof blockComponents>[0]) => blockComponents(options).map(({ name }) => name);

  it('selects names and slots, and leaves out feed-forward blocks that do not exist', () => {
    expect(names({ norm: 'post', layers: [3, 1], names: ['mlp', 'encoder'] })).toEqual([
      'layers.3.mlp',
      'layers.3.encoder',
      'layers.1.mlp',
      'layers.1.encoder',
    ]);
    expect(names({ norm: 'post', layers: 2, names: ['mlp', 'attention'], feedForward: [false, true] })).toEqual([
      'layers.0.attention',
      'layers.1.mlp',
      'layers.1.attention',
    ]);
  });

  it('refuses what does not exist, and lists what does', () => {
    expect(() => names({ norm: 'pre', layers: 1, names: ['ffn_before_ln'] })).toThrow(
      'There is no component "ffn_before_ln" in a block with LayerNorm before its branches; there are mlp, ffgelu, ffn, self_attention,',
    );
    // @ts-expect-error there is no such component
    expect(() => names({ norm: 'post', layers: 1, names: ['toString'] })).toThrow(
      'There is no component "toString" in',
    );
    // @ts-expect-error there is no such norm
    expect(() => names({ norm: 'both', layers: 1 })).toThrow('norm is "both"');
    for (const layers of [-1, 1.5, [0, -2]]) expect(() => names({ norm: 'post', layers })).toThrow('slots from 0');
  });
});

describe('a batch that does not fit', () => {
  const own: Component[] = [{ name: 'first', input: 'a', output: 'b' }];
  const X = normal(30, 3, 1);
  const batch = { a: X, b: image(X, (x) => [x[0] ** 2, x[1]]), unused: normal(2, 2, 2) };

  it('is refused by name and adds nothing', async () => {
    const fits = new ComponentFits(own);
    expect(fits.points).toEqual(['a', 'b']);
    expect(() => fits.solve()).toThrow('No batch was added');
    await fits.add(batch);
    const before = fits.solve();
    await expect(fits.add({ a: X })).rejects.toThrow('The batch lacks "b"; it has a.');
    await expect(fits.add({ ...batch, b: rowsOf(batch.b, 0, 5) })).rejects.toThrow('"a" has 30 rows and "b" has 5');
    await expect(fits.add({ ...batch, b: X })).rejects.toThrow('"b" has 3 columns; in the first batch it had 2');
    const broken = { ...X, data: X.data.map((value, at) => (at === 4 ? Number.NaN : value)) };
    await expect(fits.add({ ...batch, a: broken })).rejects.toThrow('"a" has NaN in row 1, column 1');
    expect(fits.solve()).toEqual(before);
    expect(() => new ComponentFits([])).toThrow('There are no components');
    expect(() => new ComponentFits([...own, ...own])).toThrow('Two components are named "first"');
    expect(() => new ComponentScores([{ ...own[0], name: 'second' }], before)).toThrow('There is no map of "second"');
    const constant = new ComponentFits(own);
    await constant.add({ ...batch, a: image(X, () => [1, 2, 3]) });
    expect(() => constant.solve()).toThrow('The maps from "a": X does not vary');
    const waiting = fits.add(batch);
    expect(() => fits.solve()).toThrow('await every add()');
    await waiting;
  });

  it('that fails halfway makes the sums unusable, and says so', async () => {
    const two = [...own, { name: 'back', input: 'b', output: 'a' }];
    let calls = 0;
    const failing: typeof matmul = (a, b) => {
      if (++calls === 3) throw new Error('the device is gone');
      return matmul(a, b);
    };
    const fits = new ComponentFits(two, { matmul: failing });
    await expect(fits.add(batch)).rejects.toThrow('the device is gone');
    expect(() => fits.solve()).toThrow('A batch failed halfway');
    await expect(fits.add(batch)).rejects.toThrow('start anew');
    const good = new ComponentFits(two);
    await good.add(batch);
    calls = 1;
    const held = new ComponentScores(two, good.solve(), { matmul: failing });
    await expect(held.add(batch)).rejects.toThrow('The component "back": the device is gone');
    expect(() => held.scores()).toThrow('A batch failed halfway');
  });
});
