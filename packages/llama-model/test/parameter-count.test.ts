import { useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { countParameters, type LlamaConfigInput, parameterCount } from '../src/index';
import { tinyConfig, tinyLlama } from './tiny';

beforeAll(() => useBackend('cpu'));

describe('parameterCount', () => {
  it('gives TinyLlama its 1,100,048,384 and SmolLM2-135M its 134,515,008', () => {
    const tinyLlamaSizes = {
      vocab_size: 32000,
      hidden_size: 2048,
      intermediate_size: 5632,
      num_hidden_layers: 22,
      num_attention_heads: 32,
      num_key_value_heads: 4,
    };
    expect(parameterCount(tinyLlamaSizes).total).toBe(1_100_048_384);
    const smolLm = {
      vocab_size: 49152,
      hidden_size: 576,
      intermediate_size: 1536,
      num_hidden_layers: 30,
      num_attention_heads: 9,
      num_key_value_heads: 3,
      tie_word_embeddings: true,
    };
    expect(parameterCount(smolLm).total).toBe(134_515_008);
  });

  it('is what the tensors of a model add up to, part by part', () => {
    for (const config of [
      {},
      { tie_word_embeddings: true },
      { attention_bias: true, intermediate_size: 31 },
      { mlp_bias: true, num_key_value_heads: 4 },
    ] satisfies Partial<LlamaConfigInput>[]) {
      const model = tinyLlama(config);
      expect(countParameters(model)).toEqual(parameterCount({ ...tinyConfig, ...config }));
      model.dispose();
    }
  });
});
