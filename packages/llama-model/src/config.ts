import {
  architecturesField,
  booleanField,
  choiceField,
  countField,
  layersField,
  objectField,
  positiveField,
  type RawConfig,
  requireDivisible,
  requireSupported,
  type SizeFields,
} from '@interlayer/model-files';
import { activationNames } from '@interlayer/transformer';

/** A Llama's config under the hub's names, without the dropout rate: there is no dropout. */
export interface LlamaConfig {
  readonly model_type: 'llama';
  readonly vocab_size: number;
  readonly hidden_size: number;
  /** Inner width of the feed-forward blocks. */
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  /** Heads of keys and values, each of which serves several heads of queries. */
  readonly num_key_value_heads: number;
  readonly head_dim: number;
  readonly hidden_act: string;
  readonly max_position_embeddings: number;
  readonly rms_norm_eps: number;
  /** Base of the rotary positions. */
  readonly rope_theta: number;
  /** Whether the four projections of attention have biases. */
  readonly attention_bias: boolean;
  /** Whether the three projections of the feed-forward blocks have biases. */
  readonly mlp_bias: boolean;
  readonly tie_word_embeddings: boolean;
  /** Scale of the initial weights. */
  readonly initializer_range: number;
}

/** What {@link llamaConfig} completes: the sizes are required, the rest has the hub's defaults. */
export type LlamaConfigInput = Pick<
  LlamaConfig,
  'vocab_size' | 'hidden_size' | 'intermediate_size' | 'num_hidden_layers' | 'num_attention_heads'
> &
  Partial<LlamaConfig>;

/** The fields that say how large a Llama is. Positions are computed, so that no file holds them. */
export const sizeFields: SizeFields = {
  layers: 'num_hidden_layers',
  lengths: ['vocab_size', 'hidden_size', 'intermediate_size', 'num_attention_heads', 'num_key_value_heads', 'head_dim'],
};

/**
 * Checks a config and fills in defaults: as many heads of keys as of queries, `hidden_size / num_attention_heads` features a
 * head, SiLU, 2,048 positions, epsilon 1e-6, rotary base 10,000, no biases, an untied readout, initial scale 0.02. A field
 * that is null counts as absent.
 * @throws Error that names the field, its value and what is supported: scaled rotary positions, partly rotated heads and
 *   sliding windows are not.
 */
export function llamaConfig(input: LlamaConfigInput | RawConfig): LlamaConfig {
  const raw = input as RawConfig;
  for (const architecture of architecturesField(raw)) {
    requireSupported({ architectures: architecture }, 'architectures', ['LlamaForCausalLM', 'LlamaModel']);
  }
  requireSupported(raw, 'model_type', ['llama']);
  requireSupported(raw, 'rope_scaling', [], 'rotary positions are computed unscaled');
  requireSupported(raw, 'partial_rotary_factor', [1]);
  if (raw.use_sliding_window !== false) requireSupported(raw, 'sliding_window', [], 'every token sees all before it');
  const width = countField(raw, 'hidden_size');
  const heads = countField(raw, 'num_attention_heads');
  const keyValueHeads = countField(raw, 'num_key_value_heads', heads);
  requireDivisible('num_attention_heads', heads, 'num_key_value_heads', keyValueHeads);
  // Also where `head_dim` is given: `transformers` requires it.
  requireDivisible('hidden_size', width, 'num_attention_heads', heads);
  const size = countField(raw, 'head_dim', width / heads);
  if (size % 2 === 1)
    throw new Error(`The config has heads of ${size} features; rotary positions need an even number.`);
  return {
    model_type: 'llama',
    vocab_size: countField(raw, 'vocab_size'),
    hidden_size: width,
    intermediate_size: countField(raw, 'intermediate_size'),
    num_hidden_layers: layersField(raw, 'num_hidden_layers'),
    num_attention_heads: heads,
    num_key_value_heads: keyValueHeads,
    head_dim: size,
    hidden_act: choiceField(raw, 'hidden_act', Object.keys(activationNames), 'silu'),
    max_position_embeddings: countField(raw, 'max_position_embeddings', 2048),
    rms_norm_eps: positiveField(raw, 'rms_norm_eps', 1e-6),
    rope_theta: rotaryBase(raw),
    attention_bias: booleanField(raw, 'attention_bias', false),
    mlp_bias: booleanField(raw, 'mlp_bias', false),
    tie_word_embeddings: booleanField(raw, 'tie_word_embeddings', false),
    initializer_range: positiveField(raw, 'initializer_range', 0.02),
  };
}

/** Newer configs put it into `rope_parameters`, beside the kind of rotary positions. */
function rotaryBase(raw: RawConfig): number {
  const parameters = objectField(raw, 'rope_parameters');
  requireSupported(parameters, 'rope_type', ['default'], 'rotary positions are computed unscaled');
  return positiveField({ rope_theta: parameters.rope_theta ?? raw.rope_theta }, 'rope_theta', 10000);
}

/**
 * The config as config.json has it. Which tokens begin and end a text is unknown here; `transformers` would otherwise end
 * one at id 2.
 */
export const configJson = (config: LlamaConfig, head: boolean): RawConfig => ({
  architectures: [head ? 'LlamaForCausalLM' : 'LlamaModel'],
  ...config,
  bos_token_id: null,
  eos_token_id: null,
});
