import type { Parameter } from '@interlayer/transformer';
import type { LlamaConfig } from './config';

export interface InitialValues {
  /** Scale of the truncated normal draws; default the config's `initializer_range`. */
  std?: number;
}

/**
 * Every weight tensor of a Llama of this config, under the hub's names, with its shape. With `head: false` there is no
 * readout of its own.
 */
export function llamaParameters(
  config: LlamaConfig,
  { std = config.initializer_range, head = true }: InitialValues & { head?: boolean } = {},
): Parameter[] {
  if (!(std > 0 && Number.isFinite(std))) throw new Error(`std is ${std}; it must be a number above 0.`);
  const { vocab_size: vocabulary, hidden_size: d, intermediate_size: f, head_dim: size } = config;
  const [queries, keys] = [config.num_attention_heads * size, config.num_key_value_heads * size];
  const dense = (name: string, width: number, out: number, bias: boolean): Parameter[] => [
    { name: `${name}.weight`, shape: [out, width], initial: { std } },
    ...(bias ? [{ name: `${name}.bias`, shape: [out], initial: 0 }] : []),
  ];
  const norm = (name: string): Parameter => ({ name: `${name}.weight`, shape: [d], initial: 1 });
  return [
    ...dense('model.embed_tokens', d, vocabulary, false),
    ...Array.from({ length: config.num_hidden_layers }, (_, layer) => {
      const at = `model.layers.${layer}`;
      return [
        norm(`${at}.input_layernorm`),
        ...dense(`${at}.self_attn.q_proj`, d, queries, config.attention_bias),
        ...dense(`${at}.self_attn.k_proj`, d, keys, config.attention_bias),
        ...dense(`${at}.self_attn.v_proj`, d, keys, config.attention_bias),
        ...dense(`${at}.self_attn.o_proj`, queries, d, config.attention_bias),
        norm(`${at}.post_attention_layernorm`),
        ...dense(`${at}.mlp.gate_proj`, d, f, config.mlp_bias),
        ...dense(`${at}.mlp.up_proj`, d, f, config.mlp_bias),
        ...dense(`${at}.mlp.down_proj`, f, d, config.mlp_bias),
      ];
    }).flat(),
    norm('model.norm'),
    ...(config.tie_word_embeddings || !head ? [] : dense('lm_head', d, vocabulary, false)),
  ];
}
