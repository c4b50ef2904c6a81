import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { createGpt, loadGpt, saveGpt } from '@interlayer/gpt-model';
import { createLlama, loadLlama, saveLlama } from '@interlayer/llama-model';
import { miniGptFolder } from '@interlayer/mini-gpt';
import { expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { gptOracle } from '../../../../packages/gpt-model/test/oracle';
import { llamaOracle } from '../../../../packages/llama-model/test/oracle';
import { type Example, randomized } from '../../../../packages/transformer/test/causal';
import type { AskedRow } from '../../../src/papers/zhao-2021/materials/asked-rows';
import { heldOutNext } from '../../../src/papers/zhao-2021/materials/next-tokens';
import type { Ordered } from '../../../src/papers/zhao-2021/materials/orders';
import { REMOVED, type Removed, removalIndices, removals } from '../../../src/papers/zhao-2021/materials/removals';
import { Store } from '../../../src/run/store';
import { folderOfFile, subjectIn } from '../../subjects/tiny-checkpoint';
import { measureTiny } from '../measure-tiny';

beforeAll(() => useBackend('cpu'));

const LAYERS = 2;
const WIDTH = 12;

/** A model, and its logits [B, T, V] in float64 loops. */
interface Twice {
  model: { weights: Readonly<Record<string, tf.Variable>>; dispose(): void };
  logitsOf(example: Example): Float64Array;
}

interface Family {
  /** Saves a model in which every weight is random, biases included. */
  save(folder: string): Promise<void>;
  open(folder: string): Promise<Twice>;
  /** The last weights of each part of a layer, without which it adds nothing. */
  last: Record<'mlp' | 'attention', (layer: number) => string>;
}

const families: [string, Family][] = [
  [
    'GPT-2',
    {
      async save(folder) {
        const shape = { vocab_size: 4096, n_positions: 24, n_embd: WIDTH, n_layer: LAYERS, n_head: 2, n_inner: 20 };
        const model = randomized(createGpt(shape, { seed: 1 }), 1);
        await saveGpt(model, folder);
        model.dispose();
      },
      async open(folder) {
        const { model } = await loadGpt(folder);
        return { model, logitsOf: (example) => gptOracle(model.withHead(true), example).logits! };
      },
      last: {
        mlp: (layer) => `transformer.h.${layer}.mlp.c_proj.`,
        attention: (layer) => `transformer.h.${layer}.attn.c_proj.`,
      },
    },
  ],
  [
    'Llama',
    {
      async save(folder) {
        const shape = {
          vocab_size: 4096,
          hidden_size: WIDTH,
          intermediate_size: 20,
          num_hidden_layers: LAYERS,
          num_attention_heads: 3,
          num_key_value_heads: 1,
          max_position_embeddings: 24,
          tie_word_embeddings: true,
        };
        const model = randomized(createLlama(shape, { seed: 2 }), 2);
        await saveLlama(model, folder);
        model.dispose();
      },
      async open(folder) {
        const { model } = await loadLlama(folder);
        return { model, logitsOf: (example) => llamaOracle(model.withHead(true), example).logits! };
      },
      last: {
        mlp: (layer) => `model.layers.${layer}.mlp.down_proj.`,
        attention: (layer) => `model.layers.${layer}.self_attn.o_proj.`,
      },
    },
  ],
];

const PARTS: Record<Removed, readonly ('mlp' | 'attention')[]> = {
  'MLP removed': ['mlp'],
  'attention removed': ['attention'],
  'layer removed': ['mlp', 'attention'],
};

/** Accuracy and loss of each row from logits, the long way. */
function scoresByHand(logits: Float64Array, rows: readonly AskedRow[]) {
  const length = rows[0]!.ids.length;
  const vocabulary = logits.length / (rows.length * length);
  return rows.map(({ places, labels }, row) => {
    let [hits, loss] = [0, 0];
    for (const [i, place] of places.entries()) {
      const start = (row * length + place) * vocabulary;
      const scores = logits.subarray(start, start + vocabulary);
      const most = scores.reduce((largest, score) => Math.max(largest, score));
      if (scores[labels[i]!] === most) hits++;
      loss += most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0)) - scores[labels[i]!]!;
    }
    return { accuracy: (100 * hits) / labels.length, loss: loss / labels.length };
  });
}

describe.each(families)('parts removed from a %s', (_, { save, open, last }) => {
  let folder: string;
  let measured: Ordered;
  let rows: AskedRow[];
  beforeAll(async () => {
    folder = await folderOfFile();
    await save(folder);
    cpSync(join(miniGptFolder(), 'tokenizer.json'), join(folder, 'tokenizer.json'));
    const out = join(folder, 'out');
    const settings = { seed: 1, sample: 3, backend: 'onnx-cpu' as const, threads: 1, out, resume: false };
    await expectConservesTensors(async () => {
      // At mini scale it reads the texts of this repository, on any machine.
      const store = new Store(subjectIn(folder), 'mini', settings, 'removals');
      try {
        const { bench } = store.bench();
        measured = await bench.get(removals);
        rows = await heldOutNext(bench);
      } finally {
        await store.dispose();
      }
    });
  });

  /** What the model scores with the last weights of some parts of some layers at zero. */
  async function expectScoresOf(index: number, kind: Removed | undefined, layers: readonly number[]) {
    const { model, logitsOf } = await open(folder);
    const zeroed = layers.flatMap((layer) => (kind ? PARTS[kind] : []).map((part) => last[part](layer)));
    for (const start of zeroed) {
      const chosen = Object.entries(model.weights).filter(([name]) => name.startsWith(start));
      expect(chosen.length, start).toBeGreaterThan(0);
      for (const [, weight] of chosen) tf.tidy(() => weight.assign(tf.zerosLike(weight)));
    }
    const shape: [number, number] = [rows.length, rows[0]!.ids.length];
    const expected = scoresByHand(logitsOf({ ids: rows.flatMap(({ ids }) => [...ids]), shape }), rows);
    model.dispose();
    const { accuracy, loss } = measured.models[0]![index]!;
    const where = `${kind ?? 'nothing removed'}, layers ${layers}`;
    expect([...accuracy], where).toEqual(expected.map((row) => row.accuracy));
    for (const [row, { loss: byHand }] of expected.entries())
      expect(Math.abs(loss[row]! - byHand), where).toBeLessThan(tolerance.forward * Math.max(1, byHand));
  }

  it('are asked for every next token, and nothing is removed first', async () => {
    expect(rows).toHaveLength(3);
    for (const { ids, places } of rows) expect([ids.length, places.length]).toEqual([23, 23]);
    await expectScoresOf(0, undefined, []);
  });

  it.each(REMOVED)('%s: in one layer or in all, as if its last weights were zero', async (kind) => {
    const { alone, all } = removalIndices(LAYERS, kind);
    for (const [layer, index] of alone.entries()) await expectScoresOf(index, kind, [layer]);
    await expectScoresOf(all, kind, [0, 1]);
  });

  it('matter: no two removals score alike', () => {
    const losses = measured.models[0]!.map(({ loss }) => loss.reduce((sum, value) => sum + value, 0).toFixed(3));
    expect(new Set(losses).size).toBe(1 + REMOVED.length * (LAYERS + 1));
  });
});

describe('the indices of removals', () => {
  it('count each order once: its own, then one layer at a time of each kind, then all layers of each', () => {
    const layers = 5;
    const alone = REMOVED.flatMap((kind) => removalIndices(layers, kind).alone);
    const all = REMOVED.map((kind) => removalIndices(layers, kind).all);
    expect([0, ...alone, ...all]).toEqual([...Array(1 + 3 * layers + 3).keys()]);
  });
});

describe('the claim about a causal model', () => {
  const measure = async (family: 'gpt2' | 'bert') => {
    const only = ['zhao-2021/a5-removals-from-causal'];
    const results = await measureTiny('zhao-2021', family, { sample: 4, only });
    expect(results.size).toBe(1);
    return results.get('a5-removals-from-causal')!;
  };

  it('is not run on a masked one, and says why', async () => {
    const reason = 'tiny cannot be asked: it reads both sides of a token, and the claim is about the next one';
    expect(await measure('bert')).toMatchObject({
      verdict: 'not run',
      label: 'not run · tiny',
      reason,
      sentence: `Not run: ${reason}.`,
      criteria: [],
    });
  });

  it('is run on a causal one, where a random model has nothing to lose', async () => {
    const { verdict, criteria, controls, n } = await measure('gpt2');
    expect(['partially', 'not reproduced', 'inconclusive']).toContain(verdict);
    expect(criteria.map(({ name }) => name)).toEqual(['predicts', 'mlp-less', 'layer-most', 'all']);
    expect(criteria[0]!.status).not.toBe('holds');
    expect(controls).toHaveLength(1);
    expect(n).toBe(4);
  }, 60_000);
});
