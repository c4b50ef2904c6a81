import { type Parameter, sinusoidalPositions } from '@interlayer/transformer';
import type { BertConfig, BertHead } from './config';

export interface InitialValues {
  /** Scale of the truncated normal draws; default the config's `initializer_range`. */
  std?: number;
  /** How the learned positions start: random like the other tables (default), or sinusoids of the same mean square. */
  positions?: 'normal' | 'sinusoidal';
  /** Base of the sinusoids' wavelengths 2π base^(2i/d); default 10000 (Vaswani et al. 2017), less where positions are few. */
  positionBase?: number;
  /**
   * Factor on the scale of the projections into the residual stream; default 1, as in BERT. With GPT-2's 1 / √(2 · layers) a
   * token's own vector outweighs what the blocks add, even through many post-LN layers.
   */
  residualScale?: number;
}

/** Every weight tensor of a BERT of this config with these heads, under the hub's names, with its shape. */
export function bertParameters(
  config: BertConfig,
  heads: readonly BertHead[],
  { std = config.initializer_range, positions = 'normal', positionBase = 10000, residualScale = 1 }: InitialValues = {},
): Parameter[] {
  if (!(std > 0 && Number.isFinite(std))) throw new Error(`std is ${std}; it must be a number above 0.`);
  if (positions !== 'normal' && positions !== 'sinusoidal') {
    throw new Error(`positions is ${JSON.stringify(positions)}; it must be "normal" or "sinusoidal".`);
  }
  if (!(positionBase > 1 && Number.isFinite(positionBase))) {
    throw new Error(`positionBase is ${positionBase}; it must be a number above 1.`);
  }
  if (!(residualScale > 0 && Number.isFinite(residualScale))) {
    throw new Error(`residualScale is ${residualScale}; it must be a number above 0.`);
  }
  const { vocab_size: vocabulary, hidden_size: d, intermediate_size: f, max_position_embeddings: length } = config;
  const table = (name: string, ...shape: number[]): Parameter => ({ name, shape, initial: { std } });
  const zeros = (name: string, size: number): Parameter => ({ name, shape: [size], initial: 0 });
  const dense = (name: string, out: number, width: number, scale = std): Parameter[] => [
    { name: `${name}.weight`, shape: [out, width], initial: { std: scale } },
    zeros(`${name}.bias`, out),
  ];
  const norm = (name: string): Parameter[] => [
    { name: `${name}.weight`, shape: [d], initial: 1 },
    zeros(`${name}.bias`, d),
  ];
  const residual = std * residualScale;
  const sinusoids =
    positions === 'sinusoidal' ? sinusoidalPositions(length, d, std * Math.SQRT2, positionBase) : undefined;
  return [
    table('bert.embeddings.word_embeddings.weight', vocabulary, d),
    {
      name: 'bert.embeddings.position_embeddings.weight',
      shape: [length, d],
      initial: sinusoids ?? { std },
    },
    table('bert.embeddings.token_type_embeddings.weight', config.type_vocab_size, d),
    ...norm('bert.embeddings.LayerNorm'),
    ...config.feed_forward.flatMap((feedForward, layer) => {
      const at = `bert.encoder.layer.${layer}`;
      return [
        ...dense(`${at}.attention.self.query`, d, d),
        ...dense(`${at}.attention.self.key`, d, d),
        ...dense(`${at}.attention.self.value`, d, d),
        ...dense(`${at}.attention.output.dense`, d, d, residual),
        ...norm(`${at}.attention.output.LayerNorm`),
        ...(feedForward
          ? [
              ...dense(`${at}.intermediate.dense`, f, d),
              ...dense(`${at}.output.dense`, d, f, residual),
              ...norm(`${at}.output.LayerNorm`),
            ]
          : []),
      ];
    }),
    ...(heads.includes('pooler') ? dense('bert.pooler.dense', d, d) : []),
    ...(heads.includes('mlm')
      ? [
          ...dense('cls.predictions.transform.dense', d, d),
          ...norm('cls.predictions.transform.LayerNorm'),
          ...(config.tie_word_embeddings
            ? [zeros('cls.predictions.bias', vocabulary)]
            : [
                table('cls.predictions.decoder.weight', vocabulary, d),
                zeros('cls.predictions.decoder.bias', vocabulary),
              ]),
        ]
      : []),
    ...(heads.includes('classifier') ? dense('classifier', config.num_labels, d) : []),
  ];
}
