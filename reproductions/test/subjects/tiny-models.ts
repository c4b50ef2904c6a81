import { type BertModel, createBert } from '@interlayer/bert-model';
import { createGpt, type GptModel } from '@interlayer/gpt-model';
import { createLlama } from '@interlayer/llama-model';
import { openRuntime, type Runtime } from '@interlayer/runtime';
import { eagerExecutor } from '@interlayer/tensor-compile';
import { seededRandom } from '@interlayer/test-kit';
import { bertTokenizerJson, createTokenizer } from '@interlayer/tokenizer';
import * as tf from '@tensorflow/tfjs-core';
import { bertSpecimen } from '../../src/subjects/bert';
import { gptSpecimen } from '../../src/subjects/gpt';
import { llamaSpecimen } from '../../src/subjects/llama';
import type { Context, Site, Specimen } from '../../src/subjects/specimen';

/** Some stop words first, then words that carry something; the special tokens come last. */
const WORDS =
  'the of and to in is we it people country peace wars taxes laws land sea ships trade gold debt courts votes states union kings work schools roads farms wheat coal iron later earlier great good same';
export const VOCABULARY = 41;
export const SPECIAL = { unk: 37, cls: 38, sep: 39, mask: 40 };
export const tokenizer = createTokenizer(bertTokenizerJson([...WORDS.split(' '), '[UNK]', '[CLS]', '[SEP]', '[MASK]']));
export const runtime = { executor: eagerExecutor() } as Runtime;
/** For tests that train: a thousand steps take minutes in plain JavaScript. */
export const compiledRuntime = (): Promise<Runtime> => openRuntime({ backend: 'onnx-cpu', threads: 1, log: () => {} });

export interface Tiny {
  specimen: Specimen;
  /** The model's own readout, another way: scores of states [n, d]. */
  scores(h: number[][]): number[][];
}

export const gptShape = { n_positions: 24, n_embd: 12, n_layer: 3, n_head: 3, n_inner: 20, vocab_size: VOCABULARY };

/** As the paper has it: ReLU, pre-LN, no final LayerNorm. */
export function paperLike(): Tiny {
  const model = createGpt({ ...gptShape, activation_function: 'relu', final_layer_norm: false }, { seed: 4, std: 0.4 });
  return { specimen: gptSpecimen(model, tokenizer), scores: (h) => times(h, model) };
}

/** As GPT-2 has it: GELU and a final LayerNorm, here with a shift. */
export function gpt2Like(): Tiny {
  const model = createGpt(gptShape, { seed: 5, std: 0.4 });
  const random = seededRandom(5);
  const [gain, bias] = ['weight', 'bias'].map((name) => model.weights[`transformer.ln_f.${name}`]!);
  gain!.assign(tf.tensor1d(Array.from({ length: gptShape.n_embd }, () => 0.5 + random())));
  bias!.assign(tf.tensor1d(Array.from({ length: gptShape.n_embd }, () => random() - 0.5)));
  const [g, b] = [gain!.arraySync() as number[], bias!.arraySync() as number[]];
  const normed = (h: number[]) => {
    const mean = h.reduce((sum, value) => sum + value, 0) / h.length;
    const variance = h.reduce((sum, value) => sum + (value - mean) ** 2, 0) / h.length;
    return h.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * g[i]! + b[i]!);
  };
  return { specimen: gptSpecimen(model, tokenizer), scores: (h) => times(h.map(normed), model) };
}

export const llamaShape = {
  vocab_size: VOCABULARY,
  hidden_size: 12,
  intermediate_size: 20,
  num_hidden_layers: 3,
  num_attention_heads: 3,
  num_key_value_heads: 1,
  max_position_embeddings: 24,
  tie_word_embeddings: true,
};

/** As Llama has it: RMSNorm, rotary positions, shared key heads, gated memories. */
export function llamaLike(): Tiny {
  const model = createLlama(llamaShape, { seed: 7, std: 0.4 });
  const random = seededRandom(7);
  const gain = model.weights['model.norm.weight']!;
  gain.assign(tf.tensor1d(Array.from({ length: 12 }, () => 0.5 + random())));
  const g = gain.arraySync() as number[];
  const normed = (h: number[]) => {
    const scale = Math.sqrt(h.reduce((sum, value) => sum + value * value, 0) / h.length + model.config.rms_norm_eps);
    return h.map((value, i) => (value / scale) * g[i]!);
  };
  return { specimen: llamaSpecimen(model, tokenizer), scores: (h) => times(h.map(normed), model) };
}

export const bertShape = {
  vocab_size: VOCABULARY,
  hidden_size: 12,
  num_hidden_layers: 3,
  num_attention_heads: 3,
  intermediate_size: 20,
  max_position_embeddings: 30,
};

/** As BERT has it: post-LN, both sides visible, an MLM head with a bias. */
export function bertLike(): Tiny {
  const model: BertModel = createBert(bertShape, { seed: 6, std: 0.4, heads: ['mlm'] });
  const random = seededRandom(6);
  model.weights['cls.predictions.bias']!.assign(tf.tensor1d(Array.from({ length: VOCABULARY }, () => random() - 0.5)));
  return {
    specimen: bertSpecimen(model, tokenizer),
    scores: (h) => tf.tidy(() => model.mlmLogits(tf.tensor2d(h)).arraySync() as number[][]),
  };
}

const times = (h: number[][], model: Pick<GptModel, 'readout'>): number[][] => {
  const embedding = model.readout!.arraySync() as number[][];
  return h.map((row) => embedding.map((e) => e.reduce((sum, value, k) => sum + value * row[k]!, 0)));
};

/** Sentences of random tokens, special ones left out. */
export function randomSentences(count: number, longest: number, seed: number): Int32Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () =>
    Int32Array.from({ length: 1 + Math.floor(random() * longest) }, () => Math.floor(random() * SPECIAL.unk)),
  );
}

/** The sites of one context from an unpadded forward pass of its own: [layer][site], one vector each. */
export function alone(specimen: Specimen, context: Context, sites: readonly Site[]): number[][][] {
  const { ids, at } = specimen.input(context)!;
  return tf.tidy(() =>
    specimen
      .trace({ ids: tf.tensor2d([...ids], [1, ids.length], 'int32'), mask: tf.ones([1, ids.length]) }, sites)
      .map((layer) => layer.map((tensor) => (tensor.arraySync() as number[][][])[0]![at]!)),
  );
}

/** A model that takes some sites of its blocks for others. */
export const withSites = (model: Specimen, names: Partial<Record<Site, Site>>): Specimen => ({
  ...model,
  trace: (tensors, sites) =>
    model.trace(
      tensors,
      sites.map((site) => names[site] ?? site),
    ),
});

/** The kinds of model that are measured. */
export const kinds = [
  ['the paper’s kind of model', paperLike],
  ['GPT-2’s kind of model', gpt2Like],
  ['BERT at masked places', bertLike],
  ['Llama’s kind of model', llamaLike],
] as const;
