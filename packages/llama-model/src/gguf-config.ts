import type { GgufFile } from '@interlayer/gguf';
import { type RawConfig, requireSupported } from '@interlayer/model-files';

/** The shortest decimal that float32 stores as this value: what its author wrote, 0.00001 and not 0.00000999999974. */
function asWritten(value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  for (let digits = 1; digits < 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal;
  }
  return value;
}

/**
 * The config, under the hub's names, of the Llama in a GGUF file.
 * @throws Error that names the metadata and its value where the architecture is another one or a part is not supported.
 */
export function configOfGguf({ metadata, tensors }: GgufFile): RawConfig {
  // No size of a model needs 64 bits, though some writers use them.
  const plain = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
  const fields: RawConfig = Object.fromEntries([...metadata].map(([key, value]) => [key, plain(value)]));
  if (fields['general.architecture'] === undefined)
    throw new Error('The file has no "general.architecture", so it does not say which model it holds.');
  requireSupported(fields, 'general.architecture', ['llama']);
  requireSupported(fields, 'split.count', [0, 1], 'give a file that holds the whole model');
  requireSupported(fields, 'llama.expert_count', [0], 'every layer has one feed-forward block');
  requireSupported(fields, 'llama.rope.scaling.type', ['none'], 'rotary positions are computed unscaled');
  requireSupported(fields, 'llama.rope.scale_linear', [1], 'rotary positions are computed unscaled');
  const number = (key: string): number | undefined => {
    const value = fields[`llama.${key}`];
    if (value === undefined || typeof value === 'number') return value;
    throw new Error(`The metadata "llama.${key}" is ${String(value)}; one number for all layers is supported.`);
  };
  const heads = number('attention.head_count');
  const size = number('attention.key_length') ?? (number('embedding_length') ?? 0) / (heads ?? 1);
  requireSupported(fields, 'llama.attention.value_length', [size], 'keys and values are equally wide');
  requireSupported(fields, 'llama.rope.dimension_count', [size], 'all features of a head are rotated');
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: tensors.get('token_embd.weight')?.shape[0],
    hidden_size: number('embedding_length'),
    intermediate_size: number('feed_forward_length'),
    num_hidden_layers: number('block_count'),
    num_attention_heads: heads,
    num_key_value_heads: number('attention.head_count_kv'),
    head_dim: number('attention.key_length'),
    max_position_embeddings: number('context_length'),
    rms_norm_eps: asWritten(number('attention.layer_norm_rms_epsilon')),
    rope_theta: asWritten(number('rope.freq_base')),
    attention_bias: tensors.has('blk.0.attn_q.bias'),
    mlp_bias: tensors.has('blk.0.ffn_up.bias'),
    tie_word_embeddings: !tensors.has('output.weight'),
  };
}
