import { causalOracle, type Example } from '../../transformer/test/causal';
import type { Points } from '../../transformer/test/oracle';
import type { LlamaModel, LlamaScores } from '../src/index';

/** A Llama in float64 loops, at every point. */
export function llamaOracle(model: LlamaModel<LlamaScores>, example: Example): Points {
  const { config, weights } = model;
  const always = Array<boolean>(config.num_hidden_layers).fill(true);
  return causalOracle(model, weights['model.embed_tokens.weight']!, example, {
    settings: {
      heads: config.num_attention_heads,
      keyValueHeads: config.num_key_value_heads,
      activation: ({ silu: 'silu', gelu_pytorch_tanh: 'gelu-tanh' } as const)[config.hidden_act]!,
      epsilon: config.rms_norm_eps,
      skips: { attention: always, feedForward: always },
    },
    rotaryBase: config.rope_theta,
    finalNorm: { gain: weights['model.norm.weight']! },
  });
}
