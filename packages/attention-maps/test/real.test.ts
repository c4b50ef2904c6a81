import { loadBert } from '@interlayer/bert-model';
import { type Matrix, rowsOf } from '@interlayer/linalg';
import { capture } from '@interlayer/tensor-hooks';
import { shared, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { contributionRows, scopesOf } from '../src/index';
import { bertNames, layerOf } from './model-layer';

const TEXT = 'The feed-forward block of a layer changes which words contribute to which.';
const LENGTH = 12;

/** ‖sum of the rows − state‖ / ‖state‖. */
function missOf({ rows, columns, data }: Matrix, state: ArrayLike<number>): number {
  const at = [...Array(columns).keys()];
  const sums = at.map((k) => [...Array(rows).keys()].reduce((sum, row) => sum + data[row * columns + k]!, 0));
  return Math.hypot(...at.map((k) => sums[k]! - state[k]!)) / Math.hypot(...at.map((k) => state[k]!));
}

shared('on real encoders', (data) => {
  beforeAll(() => useBackend('wasm'));

  it.each(['splade-tiny', 'e5-small-v2'])(
    'contributions in %s sum to its activations',
    { timeout: 300_000 },
    async (name) => {
      const { model, tokenizer } = await loadBert(`${data}/models/${name}`, { tokenizer: `${data}/bert-base-uncased` });
      const { ids, shape } = tokenizer!.encodeBatch([TEXT], { maxLength: LENGTH, padTo: LENGTH });
      const inputs = { ids: tf.tensor2d(ids, shape, 'int32') };
      const run = capture(model, inputs, 'layers.**');
      expect(model.config.hidden_act).toBe('gelu');
      for (const layer of [...Array(model.config.num_hidden_layers).keys()]) {
        const { layer: weights, activations } = layerOf(model, (site) => run.at(`layers.${layer}.${site}` as never), {
          norm: 'post',
          activation: 'gelu',
          epsilon: model.config.layer_norm_eps,
          names: bertNames(layer),
        });
        for await (const { target, slots, states } of contributionRows(weights))
          for (const scope of scopesOf(weights)) {
            const of = `layer ${layer}, ${scope}, target ${target}`;
            const captured = rowsOf(activations[scope]!, target, target + 1).data;
            expect(missOf(slots[scope], captured), of).toBeLessThan(tolerance.contributionSum32);
            expect(missOf(slots[scope], states[scope]), of).toBeLessThan(tolerance.contributionSum);
          }
      }
      run.dispose();
      tf.dispose(inputs);
      model.dispose();
    },
  );
});
