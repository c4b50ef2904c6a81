import { expectConservesTensors } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { describeCausalModel } from '../../transformer/test/causal-cases';
import { createGpt, type GptConfigInput, type GptModel, type GptScores } from '../src/index';
import { gptOracle } from './oracle';
import { tinyConfig, tinyGpt } from './tiny';

describeCausalModel<Partial<GptConfigInput>>('a GPT-2', {
  tiny: tinyGpt,
  oracle: (model, example) => gptOracle(model as GptModel<GptScores>, example),
  configs: {
    'as published': {},
    'with ReLU and without a final LayerNorm': { activation_function: 'relu', final_layer_norm: false },
    'with an exact GELU and one head': { activation_function: 'gelu', n_head: 1 },
    'without some feed-forward blocks': { feed_forward: [false, true, false] },
    'without some skips': { skips: { attention: [true, false, true], feed_forward: [false, true, true] } },
    'with a readout of its own': { tie_word_embeddings: false, layer_norm_epsilon: 0.1 },
  },
  positions: tinyConfig.n_positions,
});

describe('createGpt', () => {
  it('starts the projections into the residual stream smaller, by √(2 · layers)', () => {
    const gpt = createGpt({ ...tinyConfig, n_embd: 32, n_inner: 64 }, { seed: 1, std: 0.1 });
    const rms = (name: string) => {
      const values = Array.from(gpt.weights[name]!.dataSync());
      return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    };
    // A normal cut at two standard deviations keeps 0.8796 of them.
    for (const [name, scale] of [
      ['transformer.wte.weight', 1],
      ['transformer.h.0.attn.c_attn.weight', 1],
      ['transformer.h.0.attn.c_proj.weight', 1 / Math.sqrt(6)],
      ['transformer.h.2.mlp.c_proj.weight', 1 / Math.sqrt(6)],
    ] as const) {
      expect(rms(name) / (0.08796 * scale)).toBeGreaterThan(0.9);
      expect(rms(name) / (0.08796 * scale)).toBeLessThan(1.1);
    }
    gpt.dispose();
  });

  it('takes the seed for the same bytes, and sinusoids for positions', () => {
    const [a, b, c] = [3, 3, 4].map((seed) => createGpt(tinyConfig, { seed, positions: 'sinusoidal' }));
    const words = (gpt: GptModel) => gpt.weights['transformer.wte.weight']!.dataSync();
    expect(words(a!)).toEqual(words(b!));
    expect(words(c!)).not.toEqual(words(a!));
    const positions = a!.weights['transformer.wpe.weight']!.dataSync();
    expect(positions[8]).toBeCloseTo(0.02 * Math.SQRT2 * Math.sin(1), 7);
    for (const gpt of [a, b, c]) gpt!.dispose();
    const short = createGpt(tinyConfig, { seed: 3, positions: 'sinusoidal', positionBase: 16 });
    const shorter = short.weights['transformer.wpe.weight']!.dataSync();
    expect(shorter[8 + 2]).toBeCloseTo(0.02 * Math.SQRT2 * Math.sin(1 / 16 ** (2 / 8)), 7);
    short.dispose();
    expect(() => createGpt(tinyConfig, { seed: 1, positionBase: 0 })).toThrow('positionBase is 0');
    expect(() => createGpt(tinyConfig, { seed: 1, std: Number.NaN })).toThrow('std is NaN');
    expect(() => createGpt(tinyConfig, { seed: 1, positions: 'none' as never })).toThrow('positions is "none"');
  });

  it('owns its weights until they are disposed', async () => {
    await expectConservesTensors(() => createGpt(tinyConfig, { seed: 1 }).dispose());
  });
});
