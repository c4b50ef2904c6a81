import { useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BertConfigInput, type BertHead, countParameters, parameterCount } from '../src/index';
import { tinyBert, tinyConfig } from './tiny';

beforeAll(() => useBackend('cpu'));

const base = { vocab_size: 30522, hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12 };
const kept = (...layers: number[]) => Array.from({ length: 12 }, (_, layer) => layers.includes(layer));

describe('parameterCount', () => {
  it('gives BERT-base its published parts (Zhao et al. 2021, PA1; Sridhar et al. 2020, 2.2)', () => {
    const counts = parameterCount(base);
    expect(counts).toEqual({
      embeddings: 23_837_184,
      attention: 12 * 2_362_368,
      feedForward: 12 * 4_722_432,
      layerNorm: 24 * 1536,
      pooler: 590_592,
      head: 0,
      total: 109_482_240,
    });
    expect(counts.feedForward).toBe(56_669_184);
    expect(counts.total - counts.embeddings - counts.pooler).toBe(85_054_464);
  });

  it('matches three attention blocks with one layer of attention and feed-forward (Zhao et al. 2021, PA2)', () => {
    const width = base.hidden_size;
    for (const layers of [1, 6, 12]) {
      const full = parameterCount({ ...base, num_hidden_layers: layers });
      const attention = parameterCount({
        ...base,
        num_hidden_layers: 3 * layers,
        feed_forward: Array(3 * layers).fill(false),
      });
      expect(attention.feedForward).toBe(0);
      expect(full.attention + full.feedForward).toBe(layers * (12 * width * width + 9 * width));
      expect(attention.attention).toBe(layers * (12 * width * width + 12 * width));
      // A third LayerNorm, and 3 d biases more, a layer.
      expect(attention.total - full.total).toBe(layers * (3 * width + 2 * width));
    }
  });

  it('gives the table of patterns', () => {
    for (const [layers, total] of [
      [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 109_482_240],
      [[1, 3, 5, 7, 9, 11], 81_138_432],
      [[2, 5, 8, 11], 71_690_496],
      [[3, 7, 11], 66_966_528],
      [[5, 11], 62_242_560],
      [[11], 57_518_592],
      [[], 52_794_624],
    ] as const) {
      expect(parameterCount({ ...base, feed_forward: kept(...layers) }).total).toBe(total);
    }
  });

  it('is what the tensors of a model add up to, part by part', () => {
    for (const [config, heads] of [
      [{}, []],
      [{}, ['mlm']],
      [{ tie_word_embeddings: false }, ['mlm', 'pooler']],
      [{ num_labels: 5, type_vocab_size: 1 }, ['classifier']],
      [{ feed_forward: [true, false, false], intermediate_size: 31 }, ['pooler']],
    ] as [Partial<BertConfigInput>, BertHead[]][]) {
      const model = tinyBert(config, heads);
      expect(countParameters(model)).toEqual(parameterCount({ ...tinyConfig, ...config }, { heads }));
      const sizes = Object.values(model.weights).map(({ size }) => size);
      expect(countParameters(model).total).toBe(sizes.reduce((sum, size) => sum + size, 0));
      model.dispose();
    }
  });
});
