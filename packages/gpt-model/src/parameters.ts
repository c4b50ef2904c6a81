import { type Parameter, sinusoidalPositions } from '@interlayer/transformer';
import type { GptConfig } from './config';

export interface InitialValues {
  /** Scale of the truncated normal draws; default the config's `initializer_range`. */
  std?: number;
  /** How the learned positions start: random like the other tables (default), or sinusoids of the same mean square. */
  positions?: 'normal' | 'sinusoidal';
  /** Base of the sinusoids' wavelengths 2π base^(2i/d); default 10000 (Vaswani et al. 2017), less where positions are few. */
  positionBase?: number;
}

/**
 * Every weight tensor of a GPT-2 of this config, under the hub's names, with its shape. The projections that write into
 * the residual stream start at std / √(2 · layers) (Radford et al. 2019, section 2.3). With `head: false` there is no
 * readout of its own.
 */
export function gptParameters(
  config: GptConfig,
  {
    std = config.initializer_range,
    positions = 'normal',
    positionBase = 10000,
    head = true,
  }: InitialValues & { head?: boolean } = {},
): Parameter[] {
  if (!(std > 0 && Number.isFinite(std))) throw new Error(`std is ${std}; it must be a number above 0.`);
  if (positions !== 'normal' && positions !== 'sinusoidal') {
    throw new Error(`positions is ${JSON.stringify(positions)}; it must be "normal" or "sinusoidal".`);
  }
  if (!(positionBase > 1 && Number.isFinite(positionBase))) {
    throw new Error(`positionBase is ${positionBase}; it must be a number above 1.`);
  }
  const { vocab_size: vocabulary, n_embd: d, n_inner: f, n_positions: length, n_layer: layers } = config;
  const table = (name: string, rows: number, columns: number, scale = std): Parameter => ({
    name,
    shape: [rows, columns],
    initial: { std: scale },
  });
  const dense = (name: string, width: number, out: number, scale = std): Parameter[] => [
    table(`${name}.weight`, width, out, scale),
    { name: `${name}.bias`, shape: [out], initial: 0 },
  ];
  const norm = (name: string): Parameter[] => [
    { name: `${name}.weight`, shape: [d], initial: 1 },
    { name: `${name}.bias`, shape: [d], initial: 0 },
  ];
  const residual = std / Math.sqrt(2 * layers);
  const sinusoids =
    positions === 'sinusoidal' ? sinusoidalPositions(length, d, std * Math.SQRT2, positionBase) : undefined;
  return [
    table('transformer.wte.weight', vocabulary, d),
    { name: 'transformer.wpe.weight', shape: [length, d], initial: sinusoids ?? { std } },
    ...config.feed_forward.flatMap((feedForward, layer) => {
      const at = `transformer.h.${layer}`;
      return [
        ...norm(`${at}.ln_1`),
        ...dense(`${at}.attn.c_attn`, d, 3 * d),
        ...dense(`${at}.attn.c_proj`, d, d, residual),
        ...(feedForward
          ? [...norm(`${at}.ln_2`), ...dense(`${at}.mlp.c_fc`, d, f), ...dense(`${at}.mlp.c_proj`, f, d, residual)]
          : []),
      ];
    }),
    ...(config.final_layer_norm ? norm('transformer.ln_f') : []),
    ...(config.tie_word_embeddings || !head ? [] : [table('lm_head.weight', vocabulary, d)]),
  ];
}
