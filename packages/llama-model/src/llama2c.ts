import type { ModelFolder } from '@interlayer/model-files';
import { platform } from '#platform';
import type { LlamaConfigInput } from './config';
import { rowsInHalves } from './rotary-rows';

const FIELDS = ['dim', 'hidden_dim', 'n_layers', 'n_heads', 'n_kv_heads', 'vocab_size', 'seq_len'] as const;
const HEADER = 4 * FIELDS.length;

interface Header extends Record<(typeof FIELDS)[number], number> {
  tied: boolean;
}

/** The sizes at the start of the file. A negative vocabulary says that the readout is stored. */
function readHeader(bytes: Uint8Array, path: string): Header {
  if (bytes.length < HEADER) {
    throw new Error(`${path} has ${bytes.length} bytes, and the header of a llama2.c file alone has ${HEADER}.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER);
  const sizes = Object.fromEntries(FIELDS.map((field, i) => [field, view.getInt32(4 * i, true)])) as Header;
  const header = { ...sizes, vocab_size: Math.abs(sizes.vocab_size), tied: sizes.vocab_size > 0 };
  for (const field of FIELDS) {
    if (header[field] < 1) throw new Error(`${path} is not a llama2.c file: its header has ${field} = ${sizes[field]}.`);
  }
  const { dim, n_heads, n_kv_heads } = header;
  if (dim % n_heads !== 0 || (dim / n_heads) % 2 !== 0 || n_heads % n_kv_heads !== 0) {
    throw new Error(
      `${path} is not a llama2.c file: its header has dim = ${dim}, n_heads = ${n_heads}, n_kv_heads = ${n_kv_heads}.`,
    );
  }
  return header;
}

/** The parts of the file in their order: the same tensor of all layers lies side by side, as does an unnamed table. */
function partsOf({ dim, hidden_dim, n_layers, n_heads, n_kv_heads, vocab_size, seq_len, tied }: Header) {
  const size = dim / n_heads;
  const once = (name: string | undefined, ...shape: number[]) => ({ shape, names: [name] });
  const layered = (name: string, ...shape: number[]) => ({
    shape,
    names: { length: n_layers, of: (layer: number) => `model.layers.${layer}.${name}.weight` },
  });
  return [
    once('model.embed_tokens.weight', vocab_size, dim),
    layered('input_layernorm', dim),
    layered('self_attn.q_proj', dim, dim),
    layered('self_attn.k_proj', n_kv_heads * size, dim),
    layered('self_attn.v_proj', n_kv_heads * size, dim),
    layered('self_attn.o_proj', dim, dim),
    layered('post_attention_layernorm', dim),
    layered('mlp.gate_proj', hidden_dim, dim),
    layered('mlp.down_proj', dim, hidden_dim),
    layered('mlp.up_proj', hidden_dim, dim),
    once('model.norm.weight', dim),
    // Cosines and sines of the positions, which are computed.
    once(undefined, seq_len, size / 2),
    once(undefined, seq_len, size / 2),
    ...(tied ? [] : [once('lm_head.weight', vocab_size, dim)]),
  ];
}
