import { normalize, oracleStack, type Points } from '../../transformer/test/oracle';
import type { LlamaModel } from '../src/index';

/** A whole Llama in float64 loops, at every point. */
export function llamaOracle(
  model: LlamaModel,
  { ids, mask, shape }: { ids: number[]; mask?: number[]; shape: [number, number] },
): Points {
  const { config, weights, order, readout } = model;
  const [batch, length] = shape;
  const d = config.hidden_size;
  const words = weights['model.embed_tokens.weight']!.dataSync();
  const embeddings = Float64Array.from({ length: batch * length * d }, (_, i) => {
    return words[ids[Math.floor(i / d)]! * d + (i % d)]!;
  });
  const points: Points = { embeddings };
  const always = Array<boolean>(config.num_hidden_layers).fill(true);
  const last = oracleStack({
    x: embeddings,
    batch,
    length,
    blocks: model.blocks,
    settings: {
      heads: config.num_attention_heads,
      keyValueHeads: config.num_key_value_heads,
      norm: 'pre',
      activation: ({ silu: 'silu', gelu_pytorch_tanh: 'gelu-tanh' } as const)[config.hidden_act]!,
      epsilon: config.rms_norm_eps,
      skips: { attention: always, feedForward: always },
    },
    order,
    mask,
    causal: true,
    rotaryBase: config.rope_theta,
    points,
  });
  const hidden = normalize(last, { gain: weights['model.norm.weight'] } as never, config.rms_norm_eps);
  points['final.norm'] = hidden;
  const table = readout!.dataSync();
  const vocabulary = config.vocab_size;
  points.logits = Float64Array.from({ length: batch * length * vocabulary }, (_, i) => {
    const [token, word] = [Math.floor(i / vocabulary), i % vocabulary];
    let sum = 0;
    for (let k = 0; k < d; k++) sum += hidden[token * d + k]! * table[word * d + k]!;
    return sum;
  });
  return points;
}
