import { normalize, oracleStack, type Points } from '../../transformer/test/oracle';
import type { GptModel } from '../src/index';

/** A whole GPT-2 in float64 loops, at every point. */
export function gptOracle(
  model: GptModel,
  { ids, mask, shape }: { ids: number[]; mask?: number[]; shape: [number, number] },
): Points {
  const { config, weights, order, readout } = model;
  const [batch, length] = shape;
  const d = config.n_embd;
  const points: Points = {};
  const words = weights['transformer.wte.weight']!.dataSync();
  const positions = weights['transformer.wpe.weight']!.dataSync();
  const positionOf = (token: number) => {
    if (!mask?.[token]) return token % length;
    return mask.slice(token - (token % length), token).filter((real) => real === 1).length;
  };
  points.embeddings = Float64Array.from({ length: batch * length * d }, (_, i) => {
    const token = Math.floor(i / d);
    return words[ids[token]! * d + (i % d)]! + positions[positionOf(token) * d + (i % d)]!;
  });
  let hidden = oracleStack({
    x: points.embeddings,
    batch,
    length,
    blocks: model.blocks,
    settings: {
      heads: config.n_head,
      norm: 'pre',
      activation: ({ gelu_new: 'gelu-tanh', relu: 'relu', gelu: 'gelu' } as const)[config.activation_function]!,
      epsilon: config.layer_norm_epsilon,
      skips: { attention: config.skips.attention, feedForward: config.skips.feed_forward },
    },
    order,
    mask,
    causal: true,
    points,
  });
  if (config.final_layer_norm) {
    const norm = { gain: weights['transformer.ln_f.weight'], bias: weights['transformer.ln_f.bias'] } as never;
    hidden = points['final.norm'] = normalize(hidden, norm, config.layer_norm_epsilon);
  }
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
