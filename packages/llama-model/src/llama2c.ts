import type { ModelFolder } from '@interlayer/model-files';
import type { TensorInfo } from '@interlayer/safetensors';
import { platform } from '#platform';
import type { LlamaConfigInput } from './config';
import { rowsInHalves } from './rotary-rows';

const FIELDS = ['dim', 'hidden_dim', 'n_layers', 'n_heads', 'n_kv_heads', 'vocab_size', 'seq_len'] as const;
const HEADER = 4 * FIELDS.length;

type Sizes = Record<(typeof FIELDS)[number], number>;
type Header = Sizes & { tied: boolean };

/** The sizes at the start of the file. A negative vocabulary says that the readout is stored. */
function readHeader(bytes: Uint8Array, path: string): Header {
  if (bytes.length < HEADER) {
    throw new Error(`${path} has ${bytes.length} bytes, and the header of a llama2.c file alone has ${HEADER}.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER);
  const sizes = Object.fromEntries(FIELDS.map((field, i) => [field, view.getInt32(4 * i, true)])) as Sizes;
  const header = { ...sizes, vocab_size: Math.abs(sizes.vocab_size), tied: sizes.vocab_size > 0 };
  for (const field of FIELDS) {
    if (header[field] < 1)
      throw new Error(`${path} is not a llama2.c file: its header has ${field} = ${sizes[field]}.`);
  }
  const { dim, n_heads, n_kv_heads } = header;
  if (dim % n_heads !== 0 || (dim / n_heads) % 2 !== 0 || n_heads % n_kv_heads !== 0) {
    throw new Error(
      `${path} is not a llama2.c file: its header has dim = ${dim}, n_heads = ${n_heads}, n_kv_heads = ${n_kv_heads}.`,
    );
  }
  return header;
}

/** What stands in the file, in its order. What every layer has stands side by side for all layers. */
function partsOf({ dim, hidden_dim, n_layers, n_heads, n_kv_heads, vocab_size, seq_len, tied }: Header) {
  const size = dim / n_heads;
  const once = (name: string | undefined, ...shape: number[]) => ({ copies: 1, nameOf: () => name, shape });
  const layered = (name: string, ...shape: number[]) => ({
    copies: n_layers,
    nameOf: (layer: number) => `model.layers.${layer}.${name}.weight`,
    shape,
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
    // Cosines and sines of the positions, which are computed here.
    once(undefined, seq_len, size / 2),
    once(undefined, seq_len, size / 2),
    ...(tied ? [] : [once('lm_head.weight', vocab_size, dim)]),
  ];
}

const bytesOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 4);

const configOf = (header: Header): LlamaConfigInput => ({
  vocab_size: header.vocab_size,
  hidden_size: header.dim,
  intermediate_size: header.hidden_dim,
  num_hidden_layers: header.n_layers,
  num_attention_heads: header.n_heads,
  num_key_value_heads: header.n_kv_heads,
  max_position_embeddings: header.seq_len,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  tie_word_embeddings: header.tied,
});

/**
 * Opens a model file of llama2.c as if it were a folder of the hub.
 * @throws Error as {@link readLlama2c}, or when the file cannot be read.
 */
export const openLlama2c = async (path: string): Promise<ModelFolder> =>
  readLlama2c(await platform.readFile(path), path);

/**
 * Reads a model file of llama2.c: seven sizes, then float32 weights. Its query and key rows, ordered for a rotation of
 * neighbours, are put into halves.
 * @throws Error unless the file is as long as its sizes say.
 */
export function readLlama2c(bytes: Uint8Array, path: string): ModelFolder {
  const header = readHeader(bytes, path);
  const parts = partsOf(header);
  const expected = parts.reduce((sum, { copies, shape }) => sum + copies * bytesOf(shape), HEADER);
  if (bytes.length !== expected) {
    throw new Error(`${path} has ${bytes.length} bytes; a llama2.c file of the sizes in its header has ${expected}.`);
  }
  const tensors = new Map<string, TensorInfo>();
  let offset = HEADER;
  for (const { copies, nameOf, shape } of parts) {
    for (let layer = 0; layer < copies; layer++) {
      const [name, byteLength] = [nameOf(layer), bytesOf(shape)];
      if (name) tensors.set(name, { dtype: 'F32', shape, byteLength, offset });
      offset += byteLength;
    }
  }
  return {
    folder: path,
    config: { ...configOf(header) },
    configText: '',
    files: [],
    tensors,
    async read(name) {
      const { shape, byteLength, offset } = tensors.get(name)!;
      const from = bytes.byteOffset + offset;
      // A copy, since a typed array must begin at a multiple of four.
      const values = new Float32Array(bytes.buffer.slice(from, from + byteLength));
      const rotated = /\.(q|k)_proj\.weight$/.test(name);
      const data = rotated ? rowsInHalves(values, header.dim / header.n_heads, header.dim) : values;
      return { dtype: 'F32', shape: [...shape], data };
    },
    close: async () => {},
  };
}
