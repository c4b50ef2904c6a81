import { useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { countParameters, type GptConfigInput, parameterCount } from '../src/index';
import { tinyConfig, tinyGpt } from './tiny';

beforeAll(() => useBackend('cpu'));

describe('parameterCount', () => {
  it('gives GPT-2 its 124,439,808', () => {
    const counts = parameterCount({ vocab_size: 50257, n_embd: 768, n_layer: 12, n_head: 12 });
    expect(counts).toEqual({
      embeddings: 39_383_808,
      attention: 12 * 2_362_368,
      feedForward: 12 * 4_722_432,
      layerNorm: 25 * 1536,
      pooler: 0,
      head: 0,
      total: 124_439_808,
    });
  });

  it('is what the tensors of a model add up to, part by part', () => {
    for (const config of [
      {},
      { tie_word_embeddings: false },
      { final_layer_norm: false, n_inner: null },
      { feed_forward: [true, false, false], n_inner: 31 },
    ] satisfies Partial<GptConfigInput>[]) {
      const model = tinyGpt(config);
      expect(countParameters(model)).toEqual(parameterCount({ ...tinyConfig, ...config }));
      model.dispose();
    }
  });
});
