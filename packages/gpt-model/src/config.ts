import {
  architecturesField,
  booleanField,
  choiceField,
  countField,
  layerPattern,
  layersField,
  objectField,
  plainConfig,
  positiveField,
  type RawConfig,
  requireDivisible,
  requireSupported,
  type SizeFields,
} from '@interlayer/model-files';
import { activationNames } from '@interlayer/transformer';

/** A GPT-2's config under the hub's names, without the dropout rates: there is no dropout. */
export interface GptConfig {
  readonly model_type: 'gpt2';
  readonly vocab_size: number;
  readonly n_positions: number;
  readonly n_embd: number;
  readonly n_layer: number;
  readonly n_head: number;
  /** Inner width of the feed-forward blocks. */
  readonly n_inner: number;
  readonly activation_function: string;
  readonly layer_norm_epsilon: number;
  /** Scale of the initial weights. */
  readonly initializer_range: number;
  readonly tie_word_embeddings: boolean;
  /** Interlayer's extension: false if the residual stream goes straight to the readout. */
  readonly final_layer_norm: boolean;
  /** Interlayer's extension: whether each layer has its feed-forward block (with its LayerNorm and skip). */
  readonly feed_forward: readonly boolean[];
  /** Interlayer's extension: whether each layer keeps its skips. */
  readonly skips: { readonly attention: readonly boolean[]; readonly feed_forward: readonly boolean[] };
}

/** What {@link gptConfig} completes: the sizes are required, the rest has the hub's defaults. */
export type GptConfigInput = Pick<GptConfig, 'vocab_size' | 'n_embd' | 'n_layer' | 'n_head'> &
  Partial<Omit<GptConfig, 'skips' | 'n_inner'>> & {
    readonly n_inner?: number | null;
    readonly skips?: Partial<GptConfig['skips']>;
  };

/** The fields that say how large a GPT-2 is. */
export const sizeFields: SizeFields = {
  layers: 'n_layer',
  lengths: ['vocab_size', 'n_positions', 'n_embd', 'n_head', 'n_inner'],
};

/**
 * Checks a config and fills in defaults: 1,024 positions, 4 × n_embd inner units, tanh GELU, epsilon 1e-5, initial scale
 * 0.02, tied readout, a final LayerNorm, every block and skip present. A field that is null counts as absent.
 * @throws Error that names the field, its value and what is supported.
 */
export function gptConfig(input: GptConfigInput | RawConfig): GptConfig {
  const raw = plainConfig(input as RawConfig);
  requireSupported(raw, 'model_type', ['gpt2']);
  requireSupported(raw, 'scale_attn_weights', [true]);
  requireSupported(raw, 'scale_attn_by_inverse_layer_idx', [false]);
  requireSupported(raw, 'add_cross_attention', [false]);
  for (const architecture of architecturesField(raw)) {
    requireSupported({ architectures: architecture }, 'architectures', ['GPT2LMHeadModel', 'GPT2Model']);
  }
  const width = countField(raw, 'n_embd');
  const layers = layersField(raw, 'n_layer');
  const heads = countField(raw, 'n_head');
  requireDivisible('n_embd', width, 'n_head', heads);
  const skips = objectField(raw, 'skips');
  return {
    model_type: 'gpt2',
    vocab_size: countField(raw, 'vocab_size'),
    n_positions: countField(raw, 'n_positions', 1024),
    n_embd: width,
    n_layer: layers,
    n_head: heads,
    n_inner: countField(raw, 'n_inner', 4 * width),
    activation_function: choiceField(raw, 'activation_function', Object.keys(activationNames), 'gelu_new'),
    layer_norm_epsilon: positiveField(raw, 'layer_norm_epsilon', 1e-5),
    initializer_range: positiveField(raw, 'initializer_range', 0.02),
    tie_word_embeddings: booleanField(raw, 'tie_word_embeddings', true),
    final_layer_norm: booleanField(raw, 'final_layer_norm', true),
    feed_forward: layerPattern('feed_forward', raw.feed_forward, layers),
    skips: {
      attention: layerPattern('skips.attention', skips.attention, layers),
      feed_forward: layerPattern('skips.feed_forward', skips.feed_forward, layers),
    },
  };
}

/**
 * What a config says beyond the hub's fields: blocks, skips and a final LayerNorm that are left out. No other tool knows
 * these fields.
 */
export const extensions = ({ final_layer_norm, feed_forward, skips }: GptConfig) => ({
  ...(!final_layer_norm && { final_layer_norm }),
  ...(feed_forward.includes(false) && { feed_forward }),
  ...([...skips.attention, ...skips.feed_forward].includes(false) && { skips }),
});

/** The config as config.json has it. */
export function configJson(config: GptConfig, head: boolean): RawConfig {
  const { final_layer_norm, feed_forward, skips, ...plain } = config;
  return {
    architectures: [head ? 'GPT2LMHeadModel' : 'GPT2Model'],
    ...plain,
    ...extensions(config),
  };
}
