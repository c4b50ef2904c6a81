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

/** What a BERT computes besides its hidden states. A classifier reads the pooler, so it brings the pooler along. */
export type BertHead = 'mlm' | 'pooler' | 'classifier';

/** A BERT's config under the hub's names, without the dropout rates: there is no dropout. */
export interface BertConfig {
  readonly model_type: 'bert';
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly intermediate_size: number;
  readonly hidden_act: string;
  readonly max_position_embeddings: number;
  readonly type_vocab_size: number;
  readonly layer_norm_eps: number;
  /** Scale of the initial weights. */
  readonly initializer_range: number;
  readonly position_embedding_type: 'absolute';
  readonly tie_word_embeddings: boolean;
  /** Classes of the classifier. */
  readonly num_labels: number;
  /** Interlayer's extension: whether each layer has its feed-forward block (with its LayerNorm and skip). */
  readonly feed_forward: readonly boolean[];
  /** Interlayer's extension: whether each layer keeps its skips. */
  readonly skips: { readonly attention: readonly boolean[]; readonly feed_forward: readonly boolean[] };
}

/** What {@link bertConfig} completes: the sizes are required, the rest has the hub's defaults. */
export type BertConfigInput = Pick<
  BertConfig,
  'vocab_size' | 'hidden_size' | 'num_hidden_layers' | 'num_attention_heads'
> &
  Partial<Omit<BertConfig, 'skips'>> & { readonly skips?: Partial<BertConfig['skips']> };

/** The heads of the hub's architectures. */
const ARCHITECTURES: Readonly<Record<string, readonly BertHead[]>> = {
  BertModel: [],
  BertForMaskedLM: ['mlm'],
  BertForPreTraining: ['mlm', 'pooler'],
  BertForSequenceClassification: ['pooler', 'classifier'],
};

/** The fields that say how large a BERT is. */
export const sizeFields: SizeFields = {
  layers: 'num_hidden_layers',
  lengths: [
    'vocab_size',
    'hidden_size',
    'num_attention_heads',
    'intermediate_size',
    'max_position_embeddings',
    'type_vocab_size',
    'num_labels',
  ],
};

/** The heads that a config's architecture names. */
export function architectureHeads(config: RawConfig): readonly BertHead[] {
  const [architecture] = architecturesField(plainConfig(config));
  return architecture ? ARCHITECTURES[architecture]! : [];
}

/**
 * Checks a config and fills in defaults: 4 × hidden_size inner units, 512 positions, 2 types, exact GELU, epsilon 1e-12,
 * initial scale 0.02, tied readout, two classes, every block and skip present. A field that is null counts as absent, and so
 * does an empty `id2label`.
 * @throws Error that names the field, its value and what is supported.
 */
export function bertConfig(input: BertConfigInput | RawConfig): BertConfig {
  const raw = plainConfig(input as RawConfig);
  requireSupported(raw, 'model_type', ['bert']);
  requireSupported(raw, 'position_embedding_type', ['absolute']);
  requireSupported(raw, 'is_decoder', [false], 'attention is bidirectional');
  requireSupported(raw, 'add_cross_attention', [false]);
  for (const architecture of architecturesField(raw)) {
    requireSupported({ architectures: architecture }, 'architectures', Object.keys(ARCHITECTURES));
  }
  const width = countField(raw, 'hidden_size');
  const layers = layersField(raw, 'num_hidden_layers');
  const heads = countField(raw, 'num_attention_heads');
  requireDivisible('hidden_size', width, 'num_attention_heads', heads);
  const skips = objectField(raw, 'skips');
  const labels = Object.keys(objectField(raw, 'id2label')).length;
  return {
    model_type: 'bert',
    vocab_size: countField(raw, 'vocab_size'),
    hidden_size: width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: countField(raw, 'intermediate_size', 4 * width),
    hidden_act: choiceField(raw, 'hidden_act', Object.keys(activationNames), 'gelu'),
    max_position_embeddings: countField(raw, 'max_position_embeddings', 512),
    type_vocab_size: countField(raw, 'type_vocab_size', 2),
    layer_norm_eps: positiveField(raw, 'layer_norm_eps', 1e-12),
    initializer_range: positiveField(raw, 'initializer_range', 0.02),
    position_embedding_type: 'absolute',
    tie_word_embeddings: booleanField(raw, 'tie_word_embeddings', true),
    num_labels: countField(raw, 'num_labels', labels || 2),
    feed_forward: layerPattern('feed_forward', raw.feed_forward, layers),
    skips: {
      attention: layerPattern('skips.attention', skips.attention, layers),
      feed_forward: layerPattern('skips.feed_forward', skips.feed_forward, layers),
    },
  };
}

/** The heads in one order, each once, and with a classifier its pooler. */
export function completeHeads(heads: Iterable<BertHead>): readonly BertHead[] {
  const asked = new Set(heads);
  const known: readonly BertHead[] = ['mlm', 'pooler', 'classifier'];
  for (const head of asked) {
    if (!known.includes(head)) throw new Error(`BERT has no head "${head}"; it can have ${known.join(', ')}.`);
  }
  if (asked.has('classifier')) asked.add('pooler');
  return known.filter((head) => asked.has(head));
}

/** What a config says beyond the hub's fields: blocks and skips that are left out. No other tool knows these fields. */
export const extensions = ({ feed_forward, skips }: BertConfig) => ({
  ...(feed_forward.includes(false) && { feed_forward }),
  ...([...skips.attention, ...skips.feed_forward].includes(false) && { skips }),
});

/** The config as config.json has it. */
export function configJson(config: BertConfig, heads: readonly BertHead[]): RawConfig {
  const { feed_forward, skips, num_labels, ...plain } = config;
  const architecture = heads.includes('mlm')
    ? heads.includes('pooler')
      ? 'BertForPreTraining'
      : 'BertForMaskedLM'
    : heads.includes('classifier')
      ? 'BertForSequenceClassification'
      : 'BertModel';
  return {
    architectures: [architecture],
    ...plain,
    ...(num_labels !== 2 && {
      id2label: Object.fromEntries(Array.from({ length: num_labels }, (_, i) => [i, `LABEL_${i}`])),
    }),
    ...extensions(config),
  };
}
