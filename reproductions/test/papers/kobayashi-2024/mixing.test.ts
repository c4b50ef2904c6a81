import { attentionMaps, type Scope, weightMixing } from '@interlayer/attention-maps';
import { mean, pearson, ranks, spearman } from '@interlayer/stats';
import { expectConservesTensors, seededRandom, useBackend } from '@interlayer/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainly } from '../../../src/claim/statistic';
import { layerOf, layerWeights } from '../../../src/papers/kobayashi-2024/layer-of';
import { type Mixing, masked, mixingOf } from '../../../src/papers/kobayashi-2024/materials/mixing';
import {
  byLayer,
  knownFrequencies,
  opposite,
  overall,
  rankCorrelation,
} from '../../../src/papers/kobayashi-2024/mixing-frequency';
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
        const { all, masked, ratios, text } = layers[i]![index]!;
        const weights = weightMixing(layer.attention);
        expect(all['ATTN-W']).toBeCloseTo(100 * mean(weights), 10);
        expect(all['ATTN-N']).toBeCloseTo(100 * mean(Attn!.mixing), 4);
        expect(all['ATTNRES-W']).toBeCloseTo(50 * mean(weights), 10);
        expect(all['ATTNRES-N']).toBeCloseTo(100 * mean(AttnRes!.mixing), 4);
        expect(all['ATTNRESLN-N']).toBeCloseTo(100 * mean(Atb!.mixing), 4);
        const n = read[index]!.ids.length;
        expect(masked).toBeCloseTo(100 * Atb!.mixing[n - 2]!, 4);
        expect(text).toBeCloseTo(100 * mean(Atb!.mixing.subarray(0, n - 2)), 4);
        expect(ratios).toHaveLength(n - 2);
        for (const [token, ratio] of ratios.entries()) expect(ratio).toBeCloseTo(Atb!.mixing[token]!, 6);
      }
    });
  });
});

describe('the correlation of mixing with frequency', () => {
  const lists = (seed: number) => {
    const random = seededRandom(seed);
    return [5, 9, 7].map((length) => Float64Array.from({ length }, () => Math.floor(10 * random())));
  };

  it('is Spearman’s over all tokens, and that of their ranks among a sample that has sequences several times', () => {
    const [a, b] = [lists(3), lists(4)];
    const [x, y] = [a, b].map((all) => all.flatMap((list) => [...list]));
    const of = rankCorrelation(a, b);
    expect(of(Float64Array.of(1, 1, 1))).toBeCloseTo(spearman(x!, y!), 12);
    const [ofX, ofY] = [x!, y!].map((all) => [...ranks(all)]);
    const drawn = (all: number[]) => [...all.slice(0, 5), ...all.slice(0, 5), ...all.slice(14)];
    expect(of(Float64Array.of(2, 0, 1))).toBeCloseTo(pearson(drawn(ofX!), drawn(ofY!)), 12);
    expect(rankCorrelation(a, a)(Float64Array.of(1, 1, 1))).toBeCloseTo(1, 12);
  });

  it('is found where it is planted, by layer and in the mean; ratios of other tokens do not show it', async () => {
    const random = seededRandom(5);
    const frequencyRanks = Array.from({ length: 12 }, () => Float64Array.from({ length: 50 }, () => 100 * random()));
    const layer = (by: number) =>
      frequencyRanks.map((list) => ({ ratios: list.map((rank) => by * rank + 20 * random()) }));
    const units = { clusters: frequencyRanks.map((_, i) => i), method: 'none' };
    const models = [{ name: 'base', layers: [layer(-1), layer(1), layer(-2)], units }];
    const material = { models, frequencyRanks } as unknown as Mixing;
    const [first, second, third] = byLayer(material).map(plainly);
    expect([first! < -0.9, second! > 0.9, third! < -0.9]).toEqual([true, true, true]);
    expect(plainly(overall(material)[0]!)).toBeLessThan(-0.9);
    expect(plainly(opposite(overall(material)[0]!))).toBeGreaterThan(0.9);
    expect((await knownFrequencies.check([material], [], undefined as never)).passed).toBe(true);
    // Where all tokens of a sequence are alike, another token's ratio is as good as its own.
    const alike = frequencyRanks.map((list, i) => list.map(() => i));
    const layers = [alike.map((list) => ({ ratios: list.map((rank) => -rank) }))];
    const blind = { models: [{ ...models[0]!, layers }], frequencyRanks: alike } as unknown as Mixing;
    expect((await knownFrequencies.check([blind], [], undefined as never)).passed).toBe(false);
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
