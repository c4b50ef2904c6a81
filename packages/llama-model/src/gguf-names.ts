/** What a layer's tensors are called in a GGUF file, and under the hub's names. */
const LAYER: Readonly<Record<string, string>> = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};

const OUTSIDE: Readonly<Record<string, string>> = {
  'token_embd.weight': 'model.embed_tokens.weight',
  'output_norm.weight': 'model.norm.weight',
  'output.weight': 'lm_head.weight',
};

/** The hub's name of a Llama's tensor in a GGUF file, or undefined when it has none. */
export function hubName(name: string): string | undefined {
  if (Object.hasOwn(OUTSIDE, name)) return OUTSIDE[name];
  const [, layer, part, kind] = /^blk\.(0|[1-9]\d*)\.(\w+)\.(weight|bias)$/.exec(name) ?? [];
  return part !== undefined && Object.hasOwn(LAYER, part) ? `model.layers.${layer}.${LAYER[part]}.${kind}` : undefined;
}
