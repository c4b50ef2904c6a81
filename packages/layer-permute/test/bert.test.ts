/** Orders of a real BERT: its own views, and its blocks in a sweep. */
import { type BertConfigInput, type BertInputs, type BertModel, createBert } from '@interlayer/bert-model';
import { capture, hookable, type Tap, untapped } from '@interlayer/tensor-hooks';
import {
  difference,
  expectConservesTensors,
  randomizeWeights,
  randomValues,
  tolerance,
  useBackend,
} from '@interlayer/test-kit';
import {
  activationNames,
  attentionMask,
  type BlockPoint,
  type BlockWeights,
  runBlock,
  stackPoints,
} from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import {
  compose,
  identity,
  type Order,
  orderOf,
  remove,
  repeat,
  shuffle,
  shuffles,
  swap,
  swaps,
  sweep,
  sweepCost,
  viewLayers,
} from '../src/index';

const LAYERS = 4;
const made: BertModel[] = [];

function bert(config: Partial<BertConfigInput> = {}): BertModel {
  const model = createBert(
    {
      vocab_size: 17,
      hidden_size: 8,
      num_hidden_layers: LAYERS,
      num_attention_heads: 2,
      intermediate_size: 12,
      max_position_embeddings: 7,
      ...config,
    },
    { seed: 1 },
  );
  let stream = 0;
  randomizeWeights(model.weights, (size) => randomValues(size, ++stream));
  made.push(model);
  return model;
}

const batch = (seed: number) => ({
  ids: tf.tensor2d(
    [...randomValues(10, seed)].map((x) => Math.floor(8 * (x + 1))),
    [2, 5],
    'int32',
  ),
  mask: tf.tensor2d([1, 1, 1, 1, 0, 1, 1, 0, 0, 0], [2, 5], 'int32'),
});

const hiddenOf = (model: BertModel, inputs: BertInputs) => tf.tidy(() => model.run(inputs).hidden.dataSync().slice());
const mix = (layers: number): Order[] => [
  identity(layers),
  ...swaps(layers).map(({ order }) => order),
  ...shuffles(layers, { count: 5, seed: 2 }),
  repeat(layers, 1, 3),
  orderOf([], layers),
];

/** Gives a layer the weights of another. */
function copyLayer({ weights }: BertModel, from: number, to: number): void {
  for (const [name, variable] of Object.entries(weights))
    if (name.includes(`.layer.${to}.`)) variable.assign(weights[name.replace(`.layer.${to}.`, `.layer.${from}.`)]!);
}

beforeAll(() => useBackend('cpu'));
afterEach(() => {
  for (const model of made.splice(0)) model.dispose();
});

/** One block of a BERT, from its parts. */
function applyBlock(
  model: BertModel,
  x: tf.Tensor3D,
  weights: BlockWeights,
  place: { slot: number; sourceLayer: number },
  { mask, tap = untapped }: { mask?: tf.Tensor2D; tap?: Tap<BlockPoint> } = {},
) {
  const { num_attention_heads: heads, layer_norm_eps: epsilon, hidden_act } = model.config;
  const settings = {
    heads,
    norm: 'post' as const,
    activation: activationNames[hidden_act]!,
    epsilon,
    skips: { attention: true, feedForward: true },
  };
  return tf.tidy(() => {
    const context = { mask: attentionMask({ mask, causal: false, length: x.shape[1] }) };
    return runBlock(x, weights, settings, context, tap, place);
  });
}

describe('a sweep over the blocks of a BERT', () => {
  it("gives what the model's own views give, bit for bit, and frees every tensor", async () => {
    const model = bert();
    const inputs = [batch(1), batch(2)];
    const orders = mix(LAYERS);
    let applications = 0;
    const results = await expectConservesTensors(() =>
      sweep({
        layers: model.blocks,
        orders,
        inputs,
        start: (input) => model.withLayers([]).run(input).hidden,
        block(x, weights, { slot, sourceLayer, input }) {
          applications++;
          return applyBlock(model, x, weights, { slot, sourceLayer }, input);
        },
        finish: (x) => x.dataSync().slice(),
        dispose: (x) => x.dispose(),
      }),
    );
    expect(applications).toBe(inputs.length * sweepCost(orders).applications);
    for (const [k, order] of orders.entries())
      for (const [n, input] of inputs.entries())
        expect(results[k][n], String(order)).toEqual(hiddenOf(model.withLayers(order), input));
    tf.dispose(inputs);
  });

  it('frees every tensor when a block fails', async () => {
    const model = bert();
    const input = batch(1);
    let calls = 0;
    await expectConservesTensors(() =>
      expect(
        sweep({
          layers: model.blocks,
          orders: mix(LAYERS),
          inputs: [input],
          start: ({ ids }) => model.withLayers([]).run({ ids }).hidden,
          block(x, weights, place) {
            if (++calls === 9) throw new Error('out of memory');
            return applyBlock(model, x, weights, place);
          },
          finish: (x) => x.dataSync()[0],
          dispose: (x) => x.dispose(),
        }),
      ).rejects.toThrow('out of memory'),
    );
    tf.dispose(input);
  });
});

test('hooks tell slot from source layer, in views of the model and in a stack of your own', () => {
  const model = bert();
  const order = orderOf([3, 0, 3], LAYERS);
  const sites = 'layers.*.attention.probabilities';
  tf.tidy(() => {
    const inputs = batch(1);
    const ours = hookable(stackPoints([true, true, true]), (x: tf.Tensor3D, tap: Tap<BlockPoint>) =>
      viewLayers(model.blocks, order).reduce(
        (state, { layer, ...place }) => applyBlock(model, state, layer, place, { mask: inputs.mask, tap }),
        x,
      ),
    );
    const runs = [
      capture(model.withLayers(order), inputs, sites),
      capture(ours, model.withLayers([]).run(inputs).hidden, sites),
    ];
    for (const { events } of runs)
      expect(events.map(({ point, slot, sourceLayer }) => [point, slot, sourceLayer])).toEqual(
        order.map((layer, slot) => [`layers.${slot}.attention.probabilities`, slot, layer]),
      );
    const [theirs, own] = runs.map(({ tensors }) => Object.values(tensors).map((x) => [...x!.dataSync()]));
    expect(own).toEqual(theirs);
  });
});

describe('IN1: views of a model', () => {
  it('are the model itself, bit for bit, in the order that it has', () => {
    const model = bert();
    const inputs = batch(3);
    expect(hiddenOf(model.withLayers(identity(LAYERS)), inputs)).toEqual(hiddenOf(model, inputs));
    for (const { order } of swaps(LAYERS)) {
      expect(hiddenOf(model.withLayers(compose(order, order)), inputs)).toEqual(hiddenOf(model, inputs));
      expect(hiddenOf(model.withLayers(order), inputs)).not.toEqual(hiddenOf(model, inputs));
    }
    tf.dispose(inputs);
  });
});

describe('IN2: layers with equal weights', () => {
  it('can be swapped without any change', () => {
    const model = bert();
    copyLayer(model, 0, 2);
    const inputs = batch(4);
    expect(hiddenOf(model.withLayers(swap(LAYERS, 0, 2)), inputs)).toEqual(hiddenOf(model, inputs));
    expect(hiddenOf(model.withLayers(swap(LAYERS, 0, 1)), inputs)).not.toEqual(hiddenOf(model, inputs));
    tf.dispose(inputs);
  });

  it('make every order, and one layer repeated, the same model', () => {
    const model = bert();
    for (let layer = 1; layer < LAYERS; layer++) copyLayer(model, 0, layer);
    const inputs = batch(5);
    const expected = hiddenOf(model, inputs);
    fc.assert(
      fc.property(fc.integer(), fc.nat(LAYERS - 1), (seed, layer) => {
        expect(hiddenOf(model.withLayers(shuffle(LAYERS, { seed })), inputs)).toEqual(expected);
        expect(hiddenOf(model.withLayers(repeat(LAYERS, layer, LAYERS)), inputs)).toEqual(expected);
      }),
      { numRuns: 10 },
    );
    tf.dispose(inputs);
  });
});

describe('a layer whose branches are zero', () => {
  const CUT = 2;
  const skips = Array.from({ length: LAYERS }, (_, layer) => layer !== CUT);
  const silence = ({ weights }: BertModel) => {
    for (const [name, variable] of Object.entries(weights))
      if (new RegExp(`\\.layer\\.${CUT}\\.(attention\\.)?output\\.dense\\.`).test(name))
        variable.assign(tf.zerosLike(variable));
  };
  /** Of what leaves layer CUT, the largest difference between two tokens. */
  const spread = (model: BertModel, order: Order) =>
    tf.tidy(() => {
      const slot = order.indexOf(CUT);
      const x = capture(model.withLayers(order), batch(6), `layers.${slot}.output`).at(`layers.${slot}.output`);
      return tf.max(tf.sub(tf.max(x, [0, 1]), tf.min(x, [0, 1]))).dataSync()[0]!;
    });

  it('CO4: loses all information without its skips, wherever it stands, and keeps it with them', () => {
    const [without, kept] = [bert({ skips: { attention: skips, feed_forward: skips } }), bert()];
    tf.tidy(() => {
      silence(without);
      silence(kept);
    });
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const order = shuffle(LAYERS, { seed });
        expect(spread(without, order)).toBe(0);
        expect(spread(kept, order)).toBeGreaterThan(1e-3);
      }),
      { numRuns: 12 },
    );
  });

  it('IN4: is not a layer removed, as its LayerNorms still scale, unless their gains are 1 and their biases 0', () => {
    const model = bert();
    tf.tidy(() => silence(model));
    const inputs = batch(7);
    const distance = () => {
      const removed = hiddenOf(model.withLayers(remove(identity(LAYERS), [CUT])), inputs);
      const { error, magnitude } = difference(hiddenOf(model, inputs), removed);
      return error / Math.max(1, magnitude);
    };
    expect(distance()).toBeGreaterThan(0.01);
    tf.tidy(() => {
      for (const [name, variable] of Object.entries(model.weights))
        if (/LayerNorm\.(weight|bias)$/.test(name))
          variable.assign((name.endsWith('weight') ? tf.onesLike : tf.zerosLike)(variable));
    });
    expect(distance()).toBeLessThan(tolerance.forward);
    tf.dispose(inputs);
  });
});
