import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { activations, readTriggers, type Triggers, triggersOf } from '@interlayer/ffn-memory';
import { expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextAt, measureMutations } from '../../../src/papers/geva-2021/materials/mutations';
import { deadKeys, type ScanOptions, scanInput, scanTriggers } from '../../../src/papers/geva-2021/materials/triggers';
import type { Specimen } from '../../../src/subjects/specimen';
import { alone, bertLike, gpt2Like, llamaLike, paperLike, randomSentences, runtime } from '../../subjects/tiny-models';

const sentences = randomSentences(70, 7, 3);
const TOP = 4;

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interlayer-'));
});
afterAll(() => rm(folder, { recursive: true }));

const options = (change: Partial<ScanOptions> = {}): ScanOptions & { logged: string[] } => {
  const logged: string[] = [];
  return {
    top: TOP,
    seed: 1,
    about: 'tiny',
    file: join(folder, `triggers-${files++}.safetensors`),
    resume: false,
    log: (text) => logged.push(text),
    logged,
    ...change,
  };
};

describe.each([
  ['a causal model', paperLike],
  ['a model with gated memories', llamaLike],
  ['a masked model', bertLike],
])('scanning with %s', (_, make) => {
  let model: Specimen;
  let found: Triggers;
  let negative: Triggers | undefined;
  let settings: ScanOptions;
  beforeAll(async () => {
    await useBackend('cpu');
    model = make().specimen;
    settings = options();
    ({ triggers: found, negative } = await scanTriggers(model, sentences, runtime, settings));
  });
  afterAll(() => model.dispose());

  it('finds what a forward pass for each prefix alone finds, brute force (P10)', () => {
    expect(negative === undefined).toBe(!model.gated);
    const best = new Map<string, { score: number; example: number; position: number }[]>();
    const ranked = model.gated ? 'ffn.hidden' : 'ffn.preactivation';
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
        for (const [layer, [scores]] of alone(model, contextAt(sentence, position), [ranked]).entries())
          for (const [cell, score] of scores!.entries()) {
            const list = best.get(`${layer} ${cell}`) ?? [];
            list.push({ score, example, position });
            best.set(`${layer} ${cell}`, list);
          }
    }
    for (let layer = 0; layer < model.layers; layer++)
      for (let cell = 0; cell < model.cells; cell++) {
        for (const [sign, triggers] of [
          [1, found],
          [-1, negative],
        ] as const) {
          if (!triggers) continue;
          const expected = best
            .get(`${layer} ${cell}`)!
            .filter(({ score }) => sign * score > 0)
            .sort((a, b) => sign * (b.score - a.score))
            .filter((each, i, all) => all.findIndex(({ example }) => example === each.example) === i)
            .slice(0, TOP);
          const actual = triggersOf(triggers, layer, cell);
          expect(actual.map(({ example, position }) => [example, position])).toEqual(
            expected.map(({ example, position }) => [example, position]),
          );
          for (const [i, { score }] of actual.entries())
            expect(Math.abs(score - expected[i]!.score)).toBeLessThan(tolerance.float32 * 10);
        }
      }
  });

  it('resumes where it stopped, to the same triggers', async () => {
    const whole = (await readTriggers(settings.file)).progress as { batches: number };
    const stopped = options({ writeEvery: -1 });
    let batches = 0;
    const breaking: Specimen = {
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
    expect(await scanTriggers(breaking, sentences, runtime, again)).toEqual({
      triggers: found,
      ...(negative && { negative }),
    });
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
      again.logged.length = 0;
      expect(await scanTriggers(model, sentences, runtime, { ...again, resume: true })).toEqual({
        triggers: found,
        ...(negative && { negative }),
      });
      expect(again.logged.join()).toMatch(/cannot be used.*scanned again; finished claims are kept/s);
    }
    again.logged.length = 0;
    const other = await scanTriggers(model, sentences, runtime, { ...again, resume: true, about: 'another' });
    expect(again.logged.join()).toContain('under other settings');
    expect({ ...other.triggers, about: 'tiny' }).toEqual(found);
  });

  it('mutates the triggers of keys as forward passes of the mutated prefixes say', async () => {
    const keys = await measureMutations(model, found, sentences, runtime, { keys: 2, triggers: 3, seed: 5 });
    expect(new Set(keys.map(({ layer }) => layer)).size).toBe(model.layers);
    for (const { layer, cell, change, triggers } of keys) {
      const used = triggersOf(found, layer, cell)
        .slice(0, 3)
        .filter(({ position }) => position >= 1);
      expect(triggers).toBe(used.length);
      const middle = (cut: (prefix: readonly number[]) => number[]) => {
        const changes = used.map(({ example, position, score }) => {
          const context = contextAt(sentences[example]!, position);
          const before = model.gated ? score : activations[model.activation](score);
          const after = alone(model, { ...context, prefix: cut(context.prefix) }, ['ffn.hidden'])[layer]![0]![cell]!;
          return (100 * (after - before)) / before;
        });
        const sorted = changes.sort((a, b) => a - b);
        return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
      };
      expect(Math.abs(change.first - middle((prefix) => prefix.slice(1)))).toBeLessThan(0.1);
      expect(Math.abs(change.last - middle((prefix) => prefix.slice(0, -1)))).toBeLessThan(0.1);
      if (model.activation === 'relu') expect(Math.min(...Object.values(change))).toBeGreaterThanOrEqual(-100);
    }
  });

  it('frees what it makes', async () => {
    await expectConservesTensors(() => scanTriggers(model, sentences.slice(0, 5), runtime, options()));
  });
});

describe.each([
  ['the paper’s kind of model', paperLike],
  ['GPT-2’s kind of model', gpt2Like],
  ['BERT at masked places', bertLike],
])('a sentence as %s scans it', (_, make) => {
  it('is one forward pass that answers its prefixes as passes of their own do', async () => {
    await useBackend('cpu');
    const { specimen } = make();
    const sentence = [5, 6, 7, 8];
    const scan = scanInput(specimen, sentence, () => 1)!;
    const positions = Array.from({ length: scan.to - scan.from }, (__, i) => scan.from + i - scan.shift);
    // causal: every prefix that something follows; masked: the one that ends before the mask
    expect(positions).toEqual(specimen.kind === 'causal' ? [0, 1, 2] : [1]);
    const within = tf.tidy(() => {
      const ids = tf.tensor2d([...scan.ids], [1, scan.ids.length], 'int32');
      const layers = specimen.trace({ ids, mask: tf.ones([1, scan.ids.length]) }, ['ffn.hidden']);
      return layers.map(([hidden]) => (hidden!.arraySync() as number[][][])[0]!);
    });
    for (const position of positions) {
      const context = contextAt(Int32Array.from(sentence), position);
      for (const [layer, [values]] of alone(specimen, context, ['ffn.hidden']).entries())
        for (const [cell, value] of values!.entries())
          expect(Math.abs(within[layer]![position + scan.shift]![cell]! - value)).toBeLessThan(tolerance.float32 * 10);
    }
    expect(scanInput(specimen, [5], () => 0)).toBeUndefined();
    specimen.dispose();
  });
});

it('keys that nothing triggers are counted', () => {
  expect(deadKeys({ counts: Int32Array.of(3, 0, 1, 0) }, 'they have no rank')).toEqual([
    { count: 2, why: 'dead cells: no prefix of the corpus triggers them; they have no rank' },
  ]);
  expect(deadKeys({ counts: Int32Array.of(1, 1) }, 'they have no rank')).toEqual([]);
});

function flip(bytes: Buffer): Buffer {
  const other = Buffer.from(bytes);
  other[other.length - 9]! ^= 1;
  return other;
}
