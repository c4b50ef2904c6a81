import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { array, f32, ggufFile, pair, string, type Tensor, TYPE, u32 } from '../../gguf/test/gguf-file';
import type { LlamaConfig, LlamaConfigInput } from '../src/index';
import { tinyLlama } from './tiny';

const names: [hub: RegExp, gguf: string][] = [
  [/^model\.embed_tokens/, 'token_embd'],
  [/^model\.norm/, 'output_norm'],
  [/^lm_head/, 'output'],
  [/^model\.layers\.(\d+)\./, 'blk.$1.'],
  [/input_layernorm/, 'attn_norm'],
  [/post_attention_layernorm/, 'ffn_norm'],
  [/self_attn\.o_proj/, 'attn_output'],
  [/self_attn\.(\w)_proj/, 'attn_$1'],
  [/mlp\.(\w+)_proj/, 'ffn_$1'],
];
const ggufName = (hub: string) => names.reduce((name, [pattern, to]) => name.replace(pattern, to), hub);

/** As llama.cpp's converter writes query and key rows: per head, [2, size / 2] rows become [size / 2, 2]. */
function interleaved(rows: tf.Tensor, heads: number): tf.Tensor {
  const [all, columns = 1] = rows.shape as [number, number?];
  const halves = tf.reshape(rows, [heads, 2, all / heads / 2, columns]);
  return tf.reshape(tf.transpose(halves, [0, 2, 1, 3]), rows.shape);
}

function tensorsOf({ config, weights }: ReturnType<typeof tinyLlama>): Tensor[] {
  return Object.entries(weights).map(([hub, weight]) => {
    const name = ggufName(hub);
    const heads = { attn_q: config.num_attention_heads, attn_k: config.num_key_value_heads }[name.split('.')[2] ?? ''];
    const values = tf.tidy(() => Array.from((heads ? interleaved(weight, heads) : weight).dataSync()));
    return { name, dimensions: [...weight.shape].reverse(), type: 0, bytes: values.flatMap(f32) };
  });
}

type Metadata = Record<string, number[] | undefined>;
export const number = (key: string, value: number) => pair(key, TYPE.U32, u32(value));
export const float = (key: string, value: number) => pair(key, TYPE.F32, f32(value));
export const text = (key: string, value: string) => pair(key, TYPE.STRING, string(value));
const texts = (key: string, values: string[]) =>
  pair(key, TYPE.ARRAY, array(TYPE.STRING, values.length, values.flatMap(string)));

const metadataOf = (config: LlamaConfig): Metadata => ({
  architecture: text('general.architecture', 'llama'),
  layers: number('llama.block_count', config.num_hidden_layers),
  positions: number('llama.context_length', config.max_position_embeddings),
  width: number('llama.embedding_length', config.hidden_size),
  inner: number('llama.feed_forward_length', config.intermediate_size),
  heads: number('llama.attention.head_count', config.num_attention_heads),
  keyHeads: number('llama.attention.head_count_kv', config.num_key_value_heads),
  size: number('llama.attention.key_length', config.head_dim),
  epsilon: float('llama.attention.layer_norm_rms_epsilon', config.rms_norm_eps),
  base: float('llama.rope.freq_base', config.rope_theta),
  tokenizer: text('tokenizer.ggml.model', 'gpt2'),
  words: text('tokenizer.ggml.pre', 'smollm'),
  tokens: texts('tokenizer.ggml.tokens', ['Ġ', ...'abcdefghijklmnop']),
  merges: texts('tokenizer.ggml.merges', []),
});

export interface Change {
  config?: Partial<LlamaConfigInput>;
  metadata?: Metadata;
  tensors?(tensors: Tensor[]): Tensor[];
}

/** A tiny model, which the caller disposes, and a GGUF file of it, changed. */
export async function ggufOf({ config = {}, metadata, tensors = (same) => same }: Change = {}) {
  const model = tinyLlama({ rms_norm_eps: 1e-5, ...config }, 5);
  const pairs = Object.values({ ...metadataOf(model.config), ...metadata }).filter((value) => value !== undefined);
  const path = join(await temporaryFolder(), 'tiny.gguf');
  await writeFile(path, ggufFile({ pairs, tensors: tensors(tensorsOf(model)) }));
  return { model, path };
}
