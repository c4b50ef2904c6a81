import { join } from 'node:path';
import { shuffledAgreement } from '@interlayer/ffn-memory';
import { temporaryFolder, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shuffledPairs } from '../../src/conditions';
import { type Pairs, withPairs } from '../../src/conditions/shuffled-pairs';
import { readMemories } from '../../src/papers/geva-2021/materials/memories';
import { scanTriggers } from '../../src/papers/geva-2021/materials/triggers';
import { type Site, type Specimen, valuesOf } from '../../src/subjects/specimen';
import { kinds, randomSentences, runtime } from '../subjects/tiny-models';

const sitesOf = ({ gated }: Specimen): Site[] => [
  'middle',
  gated ? 'ffn.gate' : 'ffn.preactivation',
  'ffn.hidden',
  'ffn.output',
  'output',
];
const IDS = [[5, 6, 7, 8, 9, 10]];

/** [layer][site]: all numbers of one forward pass. */
const traced = (specimen: Specimen): number[][][] =>
  tf.tidy(() =>
    specimen
      .trace({ ids: tf.tensor2d(IDS, undefined, 'int32'), mask: tf.onesLike(tf.tensor2d(IDS)) }, sitesOf(specimen))
      .map((layer) => layer.map((tensor) => Array.from(tensor.dataSync()))),
  );

async function rowsOf(specimen: Specimen, layer: number): Promise<number[][]> {
  const { rows, columns, data } = await valuesOf(specimen, layer);
  return Array.from({ length: rows }, (_, cell) => Array.from(data.subarray(cell * columns, (cell + 1) * columns)));
}

const sorted = (rows: number[][]): string[] => rows.map((row) => row.join()).sort();

describe.each(kinds)('shuffled pairs in %s', (_, make) => {
  let model: Specimen;
  let shuffled: Specimen;
  beforeAll(async () => {
    await useBackend('cpu');
    model = make().specimen;
    shuffled = shuffledPairs.apply(model, 3);
  });
  afterAll(() => {
    model.dispose();
    shuffled.dispose();
  });

  it('have the values of each layer, in another order', async () => {
    expect([shuffled.layers, shuffled.cells, shuffled.kind]).toEqual([model.layers, model.cells, model.kind]);
    const moved: string[] = [];
    for (let layer = 0; layer < model.layers; layer++) {
      const [before, after] = [await rowsOf(model, layer), await rowsOf(shuffled, layer)];
      expect(sorted(after)).toEqual(sorted(before));
      const places = after.map((row) => before.findIndex((other) => other.join() === row.join()));
      expect(places).not.toEqual(places.map((__, cell) => cell));
      moved.push(places.join());
    }
    expect(new Set(moved).size).toBe(model.layers);
  });

  it('leave the coefficients of layer 1 as they are, bit by bit, and change what its block writes', () => {
    const [before, after] = [traced(model), traced(shuffled)];
    for (const site of [0, 1, 2]) expect(after[0]![site]).toEqual(before[0]![site]);
    expect(after[0]![3]).not.toEqual(before[0]![3]);
    expect(after[1]![2]).not.toEqual(before[1]![2]);
  });

  it('write Σ mᵢ v_π(i) + b, for any pairs; each key with its own value is the model itself', async () => {
    const before = traced(model);
    const values = await rowsOf(model, 0);
    const permutation = fc.shuffledSubarray(
      values.map((__, cell) => cell),
      { minLength: model.cells },
    );
    const layers = fc.array(permutation, { minLength: model.layers, maxLength: model.layers });
    const own: Pairs = Array.from({ length: model.layers }, () => values.map((__, cell) => cell));
    await fc.assert(
      fc.asyncProperty(layers, async (pairs) => {
        const twin = withPairs(model, pairs);
        const after = traced(twin);
        const [m, y, paired] = [before[0]![2]!, before[0]![3]!, after[0]![3]!];
        for (let place = 0; place < IDS[0]!.length; place++)
          for (let k = 0; k < model.width; k++) {
            // The bias is in both: what is left is the sum over cells of m · (other value − own value).
            const expected = values.reduce(
              (sum, value, i) => sum + m[place * model.cells + i]! * (values[pairs[0]![i]!]![k]! - value[k]!),
              0,
            );
            const at = place * model.width + k;
            expect(Math.abs(paired[at]! - y[at]! - expected)).toBeLessThan(tolerance.float32 * 10);
          }
        twin.dispose();
      }),
      { seed: 2012, numRuns: 10, examples: [[own.map((layer) => [...layer])]] },
    );
    const same = withPairs(model, own);
    expect(traced(same)).toEqual(before);
    same.dispose();
  });

  it('are the same for the same seed, and free what they make without touching the model', async () => {
    const before = tf.memory().numTensors;
    const [one, two, three] = [3, 3, 4].map((seed) => shuffledPairs.apply(model, seed)) as [
      Specimen,
      Specimen,
      Specimen,
    ];
    expect(await rowsOf(one, 1)).toEqual(await rowsOf(two, 1));
    expect(await rowsOf(one, 1)).not.toEqual(await rowsOf(three, 1));
    const weights = traced(model);
    for (const twin of [one, two, three]) twin.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(traced(model)).toEqual(weights);
  });

  it('P15: held against the keys’ triggers they agree as often as the closed form expects', async () => {
    const sentences = randomSentences(60, 8, 5);
    const { triggers } = await scanTriggers(model, sentences, runtime, {
      top: 1,
      seed: 1,
      about: 'tiny',
      file: join(await temporaryFolder(), 'triggers.safetensors'),
      resume: false,
      log: () => {},
    });
    const read = (twin: Specimen) => readMemories(twin, triggers, sentences, twin.readouts.at(-1)!, runtime);
    const expected = (await read(model)).map(({ valueTop, tokens }) => shuffledAgreement(valueTop, tokens.next));
    const RUNS = 150;
    const counts = expected.map(() => 0);
    for (let seed = 0; seed < RUNS; seed++) {
      const twin = shuffledPairs.apply(model, seed);
      for (const [layer, { agrees }] of (await read(twin)).entries())
        counts[layer]! += agrees.next.filter(Boolean).length / RUNS;
      twin.dispose();
    }
    expect(Math.max(...expected.map(({ mean }) => mean))).toBeGreaterThan(0.2);
    for (const [layer, { mean, standardDeviation }] of expected.entries())
      expect(Math.abs(counts[layer]! - mean)).toBeLessThanOrEqual((4 * standardDeviation) / Math.sqrt(RUNS));
  });
});
