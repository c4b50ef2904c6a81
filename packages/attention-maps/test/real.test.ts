import { loadBert } from '@interlayer/bert-model';
import { capture } from '@interlayer/tensor-hooks';
import { shared, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { attentionMaps, scopesOf } from '../src/index';
import { bertNames, layerOf } from './model-layer';

const TEXT = 'The feed-forward block of a layer changes which words contribute to which.';
const LENGTH = 12;

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
        const maps = await attentionMaps(weights, { check: { activations, tolerance: tolerance.contributionSum32 } });
        expect(Object.keys(maps)).toEqual(scopesOf(weights));
        for (const { gap } of Object.values(maps)) expect(gap).toBeLessThan(tolerance.contributionSum);
      }
      run.dispose();
      tf.dispose(inputs);
      model.dispose();
    },
  );
});
