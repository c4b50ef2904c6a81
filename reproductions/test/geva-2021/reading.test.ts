import { compositionCase } from '@interlayer/ffn-memory';
import { createGpt, type GptModel } from '@interlayer/gpt-model';
import type { Runtime } from '@interlayer/runtime';
import { eagerExecutor } from '@interlayer/tensor-compile';
import { capture } from '@interlayer/tensor-hooks';
import { seededRandom, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CapturedLayer, captureLayers } from '../../src/geva-2021/capture-layers';
import type { Prefix } from '../../src/geva-2021/held-out-prefixes';
import { type Reading, readOut } from '../../src/geva-2021/reading';

const random = seededRandom(11);
const VOCABULARY = 41;
const prefixes: Prefix[] = Array.from({ length: 70 }, (_, address) => ({
  ids: Array.from({ length: 1 + Math.floor(random() * 20) }, () => Math.floor(random() * VOCABULARY)),
  address,
}));
const runtime = { executor: eagerExecutor() } as Runtime;

let model: GptModel;
let captured: CapturedLayer[];
let reading: Reading;

beforeAll(async () => {
  await useBackend('cpu');
  model = createGpt(
    {
      vocab_size: VOCABULARY,
      n_positions: 24,
      n_embd: 12,
      n_layer: 3,
      n_head: 3,
      n_inner: 20,
      activation_function: 'relu',
      final_layer_norm: false,
    },
    { seed: 4, std: 0.4 },
  );
  captured = await captureLayers(model, prefixes, runtime);
  reading = await readOut(model, captured, prefixes, runtime);
});
afterAll(() => model.dispose());

/** Everything about one prefix, from an unpadded forward pass of its own, in plain loops. */
function brute(prefix: Prefix) {
  return tf.tidy(() => {
    const { output, tensors } = capture(model, (point) => !point.includes('attention'), {
      ids: tf.tensor2d(prefix.ids, [1, prefix.ids.length], 'int32'),
    });
    const last = (t: tf.Tensor): number[] => (t.arraySync() as number[][][])[0]!.at(-1)!;
    const embedding = model.readout.arraySync() as number[][];
    const logits = (h: number[]) => embedding.map((e) => e.reduce((sum, value, k) => sum + value * h[k]!, 0));
    const top = (h: number[]) => logits(h).indexOf(Math.max(...logits(h)));
    const own = last((output as { logits: tf.Tensor }).logits);
    const final = own.indexOf(Math.max(...own));
    const layers = [0, 1, 2].map((slot) => {
      const at = (name: string) => last(tensors[`layers.${slot}.${name}`]!);
      const [r, m, y, o] = ['middle', 'ffn.hidden', 'ffn.output', 'output'].map(at) as [
        number[],
        number[],
        number[],
        number[],
      ];
      const values = model.blocks[slot]!.feedForward!.down.weight.arraySync();
      const agreeing = (token: number, active: boolean) =>
        values.some((v, cell) => (!active || m[cell]! > 0) && top(v) === token);
      const scores = logits(r);
      const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
      return {
        m,
        r: top(r),
        y: top(y),
        o: top(o),
        confidence: Math.exp(scores[final]!) / sum,
        zero: { all: !agreeing(top(y), false), active: !agreeing(top(y), true), asCoded: !agreeing(top(o), true) },
      };
    });
    return { layers, final };
  });
}

describe('reading a model at the last token of each prefix', () => {
  it('equals a forward pass for each prefix alone, brute force (P9: what follows in the batch does not matter)', () => {
    for (const [row, prefix] of prefixes.entries()) {
      const { layers, final } = brute(prefix);
      expect(reading.final[row]).toBe(final);
      for (const [slot, expected] of layers.entries()) {
        const layer = reading.layers[slot]!;
        expect([layer.r[row], layer.y[row], layer.o[row]]).toEqual([expected.r, expected.y, expected.o]);
        expect(Math.abs(layer.confidence[row]! - expected.confidence)).toBeLessThan(tolerance.float32);
        for (const name of ['all', 'active', 'asCoded'] as const)
          expect(layer.zero[name][row], `${name}, layer ${slot}, prefix ${row}`).toBe(expected.zero[name]);
        const m = captured[slot]!.coefficients;
        for (const [cell, value] of expected.m.entries())
          expect(Math.abs(m.data[row * m.columns + cell]! - value)).toBeLessThan(tolerance.float32 * 10);
      }
    }
  });

  it('P7, P8: the stream adds up, and its top is the prediction of the model', () => {
    expect(reading.bookkeeping).toEqual({ sum: expect.any(Number), argmaxDisagreements: 0, checked: 70 });
    expect(reading.bookkeeping.sum).toBeLessThan(1e-6);
    const last = reading.layers.at(-1)!;
    expect(last.o).toEqual(reading.final);
    const cases = Array.from(last.r, (r, i) => compositionCase(r, last.y[i]!, last.o[i]!));
    expect(cases.filter((found) => found === 'residual' || found === 'agreement')).toHaveLength(
      Array.from(last.r).filter((token, i) => token === reading.final[i]).length,
    );
    expect(cases).not.toContain('fifth');
  });

  it('bookkeeping notices a swapped hook point', async () => {
    const swapped = captured.map((layer) => ({ ...layer, residual: layer.output, output: layer.after }));
    const wrong = await readOut(model, swapped, prefixes, runtime);
    expect(wrong.bookkeeping.sum).toBeGreaterThan(0.01);
    const cut = captured.map((layer, slot) => (slot === 2 ? { ...layer, after: layer.residual } : layer));
    expect((await readOut(model, cut, prefixes, runtime)).bookkeeping.argmaxDisagreements).toBeGreaterThan(0);
  });

  it('frees what it makes', async () => {
    const before = tf.memory().numTensors;
    await readOut(model, await captureLayers(model, prefixes.slice(0, 3), runtime), prefixes.slice(0, 3), runtime);
    expect(tf.memory().numTensors).toBe(before);
  });
});
