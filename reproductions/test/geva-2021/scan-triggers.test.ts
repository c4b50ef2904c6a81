import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { activations, readTriggers, type Triggers, triggersOf } from '@interlayer/ffn-memory';
import { tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureMutations } from '../../src/geva-2021/measure-mutations';
import { contextAt, type MemoryModel } from '../../src/geva-2021/memory-model';
import { type ScanOptions, scanTriggers } from '../../src/geva-2021/scan-triggers';
import { alone, bertLike, paperLike, randomSentences, runtime } from './tiny-models';

const sentences = randomSentences(70, 7, 3);
const TOP = 4;

const options = (change: Partial<ScanOptions> = {}): ScanOptions & { told: string[] } => {
  const told: string[] = [];
  return {
    top: TOP,
    seed: 1,
    about: 'tiny',
    file: join(mkdtempSync(join(tmpdir(), 'scan-')), 'triggers.safetensors'),
    resume: false,
    log: (text) => told.push(text),
    told,
    ...change,
  };
};

describe.each([
  ['a causal model', paperLike],
  ['a masked model', bertLike],
])('scanning with %s', (_, make) => {
  let model: MemoryModel;
  let found: Triggers;
  const settings = options();
  beforeAll(async () => {
    await useBackend('cpu');
    model = make().model;
    found = await scanTriggers(model, sentences, runtime, settings);
  });
  afterAll(() => model.dispose());

  it('finds what a forward pass for each prefix alone finds, brute force (P10)', () => {
    const best = new Map<string, { score: number; example: number; position: number }[]>();
    for (const [example, sentence] of sentences.entries()) {
      // A masked model reads one place of each sentence, wherever the scan has drawn it.
      const drawn = [...found.examples].indexOf(example);
      const positions =
        model.kind === 'causal'
          ? Array.from({ length: sentence.length - 1 }, (__, i) => i)
          : drawn < 0
            ? []
            : [found.positions[drawn]!];
      for (const position of positions)
        for (const [layer, [scores]] of alone(model, contextAt(sentence, position), ['ffn.preactivation']).entries())
          for (const [cell, score] of scores!.entries()) {
            const list = best.get(`${layer} ${cell}`) ?? [];
            list.push({ score, example, position });
            best.set(`${layer} ${cell}`, list);
          }
    }
    for (let layer = 0; layer < model.layers; layer++)
      for (let cell = 0; cell < model.cells; cell++) {
        const expected = best
          .get(`${layer} ${cell}`)!
          .filter(({ score }) => score > 0)
          .sort((a, b) => b.score - a.score)
          .filter((each, i, all) => all.findIndex(({ example }) => example === each.example) === i)
          .slice(0, TOP);
        const actual = triggersOf(found, layer, cell);
        expect(actual.map(({ example, position }) => [example, position])).toEqual(
          expected.map(({ example, position }) => [example, position]),
        );
        for (const [i, { score }] of actual.entries())
          expect(Math.abs(score - expected[i]!.score)).toBeLessThan(tolerance.float32 * 10);
      }
  });

  it('goes on where it stopped, to the same triggers', async () => {
    const whole = (await readTriggers(settings.file)).progress as { batches: number };
    const stopped = options({ writeEvery: -1 });
    let batches = 0;
    const breaking: MemoryModel = {
      ...model,
      trace(tensors, sites) {
        if (++batches === 2) throw new Error('pulled the plug');
        return model.trace(tensors, sites);
      },
    };
    await expect(scanTriggers(breaking, sentences, runtime, stopped)).rejects.toThrow('pulled the plug');
    expect((await readTriggers(stopped.file)).progress).toEqual({ batches: 1 });
    batches = 10;
    const shares: number[] = [];
    const again = { ...stopped, resume: true, progress: (share: number) => shares.push(share) };
    expect(await scanTriggers(breaking, sentences, runtime, again)).toEqual(found);
    expect(batches).toBe(10 + whole.batches - 1);
    expect(shares).toHaveLength(whole.batches - 1);
    expect(shares.at(-1)).toBe(1);
    expect((await readTriggers(stopped.file)).progress).toEqual(whole);
  });

  it('refuses a damaged file with its reason, and scans anew', async () => {
    const again = options();
    await scanTriggers(model, sentences, runtime, again);
    const bytes = readFileSync(again.file);
    for (const damaged of [bytes.subarray(0, bytes.length / 2), flip(bytes)]) {
      writeFileSync(again.file, damaged);
      again.told.length = 0;
      expect(await scanTriggers(model, sentences, runtime, { ...again, resume: true })).toEqual(found);
      expect(again.told.join()).toMatch(/cannot be used.*scanned anew; finished claims are kept/s);
    }
    again.told.length = 0;
    const other = await scanTriggers(model, sentences, runtime, { ...again, resume: true, about: 'another' });
    expect(again.told.join()).toContain('under other settings');
    expect({ ...other, about: 'tiny' }).toEqual(found);
  });

  it('mutates the triggers of keys as forward passes of the mutated prefixes say', async () => {
    const keys = await measureMutations(model, found, sentences, runtime, { keys: 2, triggers: 3, seed: 5 });
    expect(new Set(keys.map(({ layer }) => layer)).size).toBe(model.layers);
    for (const { layer, cell, change, triggers } of keys) {
      const used = triggersOf(found, layer, cell)
        .slice(0, 3)
        .filter(({ position }) => position >= 1);
      expect(triggers).toBe(used.length);
      const mean = (cut: (prefix: readonly number[]) => number[]) =>
        used.reduce((sum, { example, position, score }) => {
          const context = contextAt(sentences[example]!, position);
          const before = activations[model.activation](score);
          const after = alone(model, { ...context, prefix: cut(context.prefix) }, ['ffn.hidden'])[layer]![0]![cell]!;
          return sum + (100 * (after - before)) / before / used.length;
        }, 0);
      expect(Math.abs(change.first - mean((prefix) => prefix.slice(1)))).toBeLessThan(0.1);
      expect(Math.abs(change.last - mean((prefix) => prefix.slice(0, -1)))).toBeLessThan(0.1);
      if (model.activation === 'relu') expect(Math.min(...Object.values(change))).toBeGreaterThanOrEqual(-100);
    }
  });

  it('frees what it makes', async () => {
    const before = tf.memory().numTensors;
    await scanTriggers(model, sentences.slice(0, 5), runtime, options());
    expect(tf.memory().numTensors).toBe(before);
  });
});

function flip(bytes: Buffer): Buffer {
  const other = Buffer.from(bytes);
  other[other.length - 9]! ^= 1;
  return other;
}
