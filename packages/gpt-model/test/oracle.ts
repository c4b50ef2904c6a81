import { causalOracle, type Example } from '../../transformer/test/causal';
import type { Points } from '../../transformer/test/oracle';
import type { GptModel, GptScores } from '../src/index';

/** A GPT-2 in float64 loops, at every point. */
export function gptOracle(model: GptModel<GptScores>, example: Example): Points {
  const { config, weights } = model;
  const { mask } = example;
  const [, length] = example.shape;
  const positions = weights['transformer.wpe.weight']!.dataSync();
  const positionOf = (token: number) => {
    if (!mask?.[token]) return token % length;
    return mask.slice(token - (token % length), token).filter((real) => real === 1).length;
  };
  return causalOracle(model, weights['transformer.wte.weight']!, example, {
    settings: {
      heads: config.n_head,
      activation: ({ gelu_new: 'gelu-tanh', relu: 'relu', gelu: 'gelu' } as const)[config.activation_function]!,
      epsilon: config.layer_norm_epsilon,
      skips: { attention: config.skips.attention, feedForward: config.skips.feed_forward },
    },
    position: (token, feature) => positions[positionOf(token) * config.n_embd + feature]!,
    ...(config.final_layer_norm && {
      finalNorm: { gain: weights['transformer.ln_f.weight']!, bias: weights['transformer.ln_f.bias']! },
    }),
  });
}
