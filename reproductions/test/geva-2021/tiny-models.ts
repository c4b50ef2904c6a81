import { type BertModel, createBert } from '@interlayer/bert-model';
import { createGpt, type GptModel } from '@interlayer/gpt-model';
import type { Runtime } from '@interlayer/runtime';
import { eagerExecutor } from '@interlayer/tensor-compile';
import { seededRandom } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { bertMemoryModel } from '../../src/geva-2021/bert-memory-model';
import { gptMemoryModel } from '../../src/geva-2021/gpt-memory-model';
import type { Context, MemoryModel } from '../../src/geva-2021/memory-model';

export const VOCABULARY = 41;
export const SPECIAL = { cls: 38, sep: 39, mask: 40 };
export const runtime = { executor: eagerExecutor() } as Runtime;

export interface Tiny {
  model: MemoryModel;
  /** The model's own readout, another way: scores of states [n, d]. */
  scores(h: number[][]): number[][];
}

const shape = { n_positions: 24, n_embd: 12, n_layer: 3, n_head: 3, n_inner: 20, vocab_size: VOCABULARY };

/** As the paper has it: ReLU, pre-LN, no final LayerNorm. */
export function paperLike(): Tiny {
  const model = createGpt({ ...shape, activation_function: 'relu', final_layer_norm: false }, { seed: 4, std: 0.4 });
  return { model: gptMemoryModel(model), scores: (h) => times(h, model) };
}

/** As GPT-2 has it: GELU and a final LayerNorm, here with a shift. */
export function gpt2Like(): Tiny {
  const model = createGpt(shape, { seed: 5, std: 0.4 });
  const random = seededRandom(5);
  const [gain, bias] = ['weight', 'bias'].map((name) => model.weights[`transformer.ln_f.${name}`]!);
  gain!.assign(tf.tensor1d(Array.from({ length: shape.n_embd }, () => 0.5 + random())));
  bias!.assign(tf.tensor1d(Array.from({ length: shape.n_embd }, () => random() - 0.5)));
  const [g, b] = [gain!.arraySync() as number[], bias!.arraySync() as number[]];
  const normed = (h: number[]) => {
    const mean = h.reduce((sum, value) => sum + value, 0) / h.length;
    const variance = h.reduce((sum, value) => sum + (value - mean) ** 2, 0) / h.length;
    return h.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * g[i]! + b[i]!);
  };
  return { model: gptMemoryModel(model), scores: (h) => times(h.map(normed), model) };
}

/** As BERT has it: post-LN, both sides visible, an MLM head with a bias. */
export function bertLike(): Tiny {
  const model: BertModel = createBert(
    {
      vocab_size: VOCABULARY,
      hidden_size: 12,
      num_hidden_layers: 3,
      num_attention_heads: 3,
      intermediate_size: 20,
      max_position_embeddings: 30,
    },
    { seed: 6, std: 0.4, heads: ['mlm'] },
  );
  const random = seededRandom(6);
  model.weights['cls.predictions.bias']!.assign(tf.tensor1d(Array.from({ length: VOCABULARY }, () => random() - 0.5)));
  return {
    model: bertMemoryModel(model, SPECIAL),
    scores: (h) => tf.tidy(() => model.mlmLogits(tf.tensor2d(h)).arraySync() as number[][]),
  };
}

const times = (h: number[][], model: GptModel): number[][] => {
  const embedding = model.readout!.arraySync() as number[][];
  return h.map((row) => embedding.map((e) => e.reduce((sum, value, k) => sum + value * row[k]!, 0)));
};

/** Sentences of random tokens, special ones left out. */
export function randomSentences(count: number, longest: number, seed: number): Int32Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () =>
    Int32Array.from({ length: 1 + Math.floor(random() * longest) }, () => Math.floor(random() * SPECIAL.cls)),
  );
}

/** The sites of one context from an unpadded forward pass of its own: [layer][site], one vector each. */
export function alone(model: MemoryModel, context: Context, sites: Parameters<MemoryModel['trace']>[1]): number[][][] {
  const { ids, at } = model.input(context)!;
  return tf.tidy(() =>
    model
      .trace({ ids: tf.tensor2d([...ids], [1, ids.length], 'int32'), mask: tf.ones([1, ids.length]) }, sites)
      .map((layer) => layer.map((tensor) => (tensor.arraySync() as number[][][])[0]![at]!)),
  );
}
