import { attentionMaps, type Scope, weightMixing } from '@interlayer/attention-maps';
import { mean } from '@interlayer/stats';
import { expectConservesTensors, useBackend } from '@interlayer/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layerOf, layerWeights } from '../../../src/papers/kobayashi-2024/layer-of';
import { masked, mixingOf } from '../../../src/papers/kobayashi-2024/materials/mixing';
import { bands } from '../../../src/papers/kobayashi-2024/mixing-ratios';
import { publishedLike } from '../../../src/papers/kobayashi-2024/published-mixing';
import { forEachSequence } from '../../../src/papers/kobayashi-2024/site-values';
import type { Specimen } from '../../../src/subjects/specimen';
import { bertLike, randomSentences, runtime } from '../../subjects/tiny-models';

describe('masks', () => {
  const counted = Array.from({ length: 52 }, (_, i) => i > 0 && i < 51);
  const ids = [...counted.keys()];

  it('take 12 % of the tokens of the text, at least one, the same for one seed', () => {
    const { ids: read, masks } = masked(ids, counted, 99, 5);
    expect(masks.filter(Boolean)).toHaveLength(6);
    expect(read).toEqual(ids.map((id, i) => (masks[i] ? 99 : id)));
    expect([masks[0], masks[51]]).toEqual([false, false]);
    expect(masked(ids, counted, 99, 5)).toEqual({ ids: read, masks });
    expect(masked(ids, counted, 99, 6)).not.toEqual({ ids: read, masks });
    expect(masked([1, 2], [true, false], 99, 1).ids).toEqual([99, 2]);
  });
});

describe('mixing ratios', () => {
  let model: Specimen;
  beforeAll(async () => {
    await useBackend('cpu');
    model = bertLike().specimen;
  });
  afterAll(() => model.dispose());

  it('are the means over tokens of those of the layer; a token that attends to itself alone mixes nothing', async () => {
    const read = randomSentences(4, 10, 2).map((ids) => ({
      ids: [...ids, 1, 2],
      masks: [...Array.from(ids, () => false), true, false],
      counted: [...Array.from(ids, () => true), true, false],
    }));
    const { layers, selfish } = await expectConservesTensors(() =>
      mixingOf(model, read, { runtime: async () => runtime }),
    );
    expect(selfish).toBe(0);
    await forEachSequence(model, read, runtime, async (values, index) => {
      for (const [i, sites] of values.entries()) {
        const layer = layerOf(await layerWeights(model, i), sites);
        const { Attn, AttnRes, Atb } = await attentionMaps<Scope>(layer);
        const { all, masked, text } = layers[i]![index]!;
        const weights = weightMixing(layer.attention);
        expect(all['ATTN-W']).toBeCloseTo(100 * mean(weights), 10);
        expect(all['ATTN-N']).toBeCloseTo(100 * mean(Attn!.mixing), 4);
        expect(all['ATTNRES-W']).toBeCloseTo(50 * mean(weights), 10);
        expect(all['ATTNRES-N']).toBeCloseTo(100 * mean(AttnRes!.mixing), 4);
        expect(all['ATTNRESLN-N']).toBeCloseTo(100 * mean(Atb!.mixing), 4);
        const n = read[index]!.ids.length;
        expect(masked).toBeCloseTo(100 * Atb!.mixing[n - 2]!, 4);
        expect(text).toBeCloseTo(100 * mean(Atb!.mixing.subarray(0, n - 2)), 4);
      }
    });
  });
});

describe('published ratios', () => {
  const profiles = [97.1, 85.2, 48.6, 22.3, 18.8].map((value) => [
    { model: 'base', layers: [{ label: 'layer 1', units: { clusters: [0], method: 'none' }, of: () => value }] },
  ]);

  it('are found by the shape of a model, and give one band of 2 points an analysis', () => {
    const published = publishedLike({ shape: { layers: 12, width: 768 } });
    expect(published?.name).toBe('BERT-base');
    const criteria = Object.entries(bands(profiles, published));
    expect(criteria.map(([name]) => name)).toEqual(['attn-w', 'attn-n', 'attnres-w', 'attnres-n', 'attnresln-n']);
    for (const [i, [, [, { kind, each }]]] of criteria.entries()) {
      const value = (each[0] as { of(weights: Float64Array): number }).of(new Float64Array(1));
      expect(kind).toEqual({ kind: 'band', low: value - 2, high: value + 2 });
      expect(value).toBe(profiles[i]![0]!.layers[0]!.of());
    }
  });

  it('a model of no published shape has no band', () => {
    expect(publishedLike({ shape: { layers: 6, width: 128 } })).toBeUndefined();
    expect(bands(profiles, undefined)).toEqual({});
  });
});
