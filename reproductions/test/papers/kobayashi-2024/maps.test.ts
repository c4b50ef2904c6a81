import { attentionMaps, mapChange, outlierGains, type Scope, scopesOf } from '@interlayer/attention-maps';
import { rowsOf } from '@interlayer/linalg';
import { expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  capturedStates,
  layerOf,
  layerWeights,
  normOf,
  type SiteValues,
} from '../../../src/papers/kobayashi-2024/layer-of';
import { mapsOf } from '../../../src/papers/kobayashi-2024/materials/maps';
import { drawSequences, type Sequence } from '../../../src/papers/kobayashi-2024/materials/sequences';
import { gapsOf } from '../../../src/papers/kobayashi-2024/materials/sums';
import { scaledBlock } from '../../../src/papers/kobayashi-2024/scaled-blocks';
import { forEachSequence } from '../../../src/papers/kobayashi-2024/site-values';
import type { Specimen } from '../../../src/subjects/specimen';
import { kinds, randomSentences, runtime, SPECIAL, withSites } from '../../subjects/tiny-models';

const bench = { runtime: async () => runtime };

/** Sentences of random tokens, two tokens each that do not count. */
const read: Sequence[] = randomSentences(20, 14, 5)
  .filter(({ length }) => length >= 6)
  .map((ids, text) => ({
    ids: [...ids],
    counted: Array.from(ids, (_, i) => i > 0 && i < ids.length - 1),
    words: [...ids.keys()],
    expressions: Array.from(ids, (_, i) => (i === 2 || i === 4 ? 0 : -1)),
    text,
  }));

const pmi = read.map(({ ids }) => Float64Array.from({ length: ids.length ** 2 }, (_, cell) => (7 * cell * cell) % 31));

const valuesOf = async (model: Specimen, rows: readonly Sequence[] = read) => {
  const all: SiteValues[][] = [];
  await forEachSequence(model, rows, runtime, async (layers, index) => {
    all[index] = layers;
  });
  return all;
};

describe.each(kinds)('maps of %s', (_, make) => {
  let model: Specimen;
  beforeAll(async () => {
    await useBackend('cpu');
    model = make().specimen;
  });
  afterAll(() => model.dispose());

  it('every scope is the state that the model captures there, whatever the sequence is batched with', async () => {
    const together = await valuesOf(model);
    for (const index of [0, read.length - 1]) {
      const [alone] = await valuesOf(model, [read[index]!]);
      for (const [layer, sites] of alone!.entries()) {
        for (const [site, { data }] of Object.entries(sites))
          for (const [k, value] of together[index]![layer]![site]!.data.entries())
            expect(Math.abs(value - data[k]!), site).toBeLessThan(tolerance.forward);
        const whole = layerOf(await layerWeights(model, layer), sites);
        const activations = capturedStates(whole.norm, sites);
        expect(Object.keys(activations)).toEqual(scopesOf(whole));
        await attentionMaps<Scope>(whole, { check: { activations, tolerance: tolerance.forward } });
      }
    }
  });

  it('are not those of a model whose sites are mixed up', async () => {
    const [values] = await valuesOf(withSites(model, { 'ffn.output': 'attention.output' }), read.slice(0, 1));
    const layer = layerOf(await layerWeights(model, 0), values![0]!);
    const check = { activations: capturedStates(layer.norm, values![0]!) };
    await expect(attentionMaps<Scope>(layer, { check })).rejects.toThrow(/miss the captured activation/);
  });

  it('come to the numbers of the definitions, over counted tokens alone', async () => {
    const { layers, gains } = await expectConservesTensors(() => mapsOf(model, { sequences: read, pmi }, bench));
    const pre = normOf(model) === 'pre';
    const values = await valuesOf(model);
    for (const [layer, numbers] of layers.entries()) {
      const weights = await layerWeights(model, layer);
      expect(gains[layer]).toEqual(weights.feedForward.norm.gain);
      for (const index of [0, 3]) {
        const { change, lengths, magnitudes } = numbers[index]!;
        const sites = values[index]![layer]!;
        const maps = await attentionMaps<Scope>(layerOf(weights, sites));
        const [n, tokens] = [read[index]!.ids.length, read[index]!.counted];
        const kept = [...tokens.keys()].filter((token) => tokens[token]);
        // Without the tokens that do not count, as maps of their own.
        const inner = (scope: Scope) => {
          const data = kept.flatMap((i) => kept.map((j) => maps[scope].map.data[i * n + j]!));
          return { rows: kept.length, columns: kept.length, data: Float64Array.from(data) };
        };
        const cells = pre ? 'lower' : 'all';
        const between = (a: Scope, b: Scope) => mapChange(inner(a), inner(b), { cells }).value!;
        expect(change.feedForward).toBeCloseTo(pre ? between('AtbLn', 'AtbLnFf') : between('Atb', 'AtbFf'), 10);
        expect(change.skip).toBeCloseTo(pre ? between('Atb', 'AtbLnFfRes') : between('Atb', 'AtbFfRes'), 10);
        expect(change.norm).toBeCloseTo(pre ? between('Atb', 'AtbLn') : between('AtbFfRes', 'AtbFfResLn'), 10);
        if (pre) expect(change.layer).toBeNaN();
        else expect(change.layer).toBeCloseTo(between('Atb', 'AtbFfResLn'), 10);
        const output = rowsOf(sites['ffn.output']!, kept[0]!, kept.at(-1)! + 1);
        const { dimensions } = outlierGains(output, weights.feedForward.norm.gain, { share: 1 });
        for (const { dimension, magnitude } of dimensions) expect(magnitudes[dimension]).toBeCloseTo(magnitude, 6);
        const length = Array.from({ length: kept.length }, (__, i) => Math.hypot(...rowsOf(output, i, i + 1).data));
        expect(lengths.feedForward).toBeCloseTo(length.reduce((sum, each) => sum + each, 0) / kept.length, 5);
      }
    }
  });

  it('a feed-forward block that writes nothing changes nothing; one that drowns its skip is not undone', async () => {
    const [values] = await valuesOf(model, read.slice(0, 1));
    const weights = await layerWeights(model, 1);
    const { silent, small, large } = await scaledBlock(weights, values![1]!, read[0]!);
    expect(silent).toBe(0);
    expect(small).toBeGreaterThan(0.99);
    expect(Math.abs(large)).toBeLessThan(0.05);
  });

  it('sums are those of the model, in both precisions', async () => {
    for (const { float32, float64, withoutValueBias } of await gapsOf(model, read.slice(0, 2), bench)) {
      expect(float32).toBeLessThan(tolerance.contributionSum32);
      expect(float64).toBeLessThan(tolerance.contributionSum);
      // The biases of these models are 0: there is nothing to leave out.
      expect(withoutValueBias).toBeNaN();
    }
  });

  it('sums without the bias of the values miss the model', async () => {
    const { projections } = model.blocks[0]!.attention;
    const bias = ('weight' in projections ? projections : projections[2]).bias as tf.Variable | undefined;
    // Llama's projections have none, so that the sums need none.
    expect(bias === undefined).toBe(model.gated === true);
    if (!bias) return;
    bias.assign(tf.add(bias, 0.5));
    try {
      for (const { layer, float32, withoutValueBias } of await gapsOf(model, read.slice(0, 2), bench)) {
        expect(float32).toBeLessThan(tolerance.contributionSum32);
        if (layer === 0) expect(withoutValueBias).toBeGreaterThan(tolerance.contributionSum32);
      }
    } finally {
      bias.assign(tf.sub(bias, 0.5));
    }
  });

  it('are made of stretches of text, drawn with a seed; encoders get special tokens that do not count', () => {
    const texts = [
      'the people of peace and war',
      'taxes laws land sea ships trade gold debt courts votes states union',
    ];
    const options = { count: 3, longest: 5, seed: 1 };
    const held = { held: texts, expressions: texts.map(() => []) };
    const drawn = drawSequences(held, model, options);
    expect(drawn).toEqual(drawSequences(held, model, options));
    expect(drawn).toHaveLength(3);
    for (const { ids, counted, words, text } of drawn) {
      const masked = model.kind === 'masked';
      expect([ids[0] === SPECIAL.cls, ids.at(-1) === SPECIAL.sep]).toEqual([masked, masked]);
      const inner = ids.filter((__, i) => counted[i]);
      expect(inner).toHaveLength(5);
      expect(words.filter((__, i) => counted[i])).toEqual([0, 1, 2, 3, 4]);
      const all = model.tokenizer.encode(texts[text]!, { addSpecialTokens: false }).ids;
      expect(all.join(' ')).toContain(inner.join(' '));
    }
  });
});
