import { blockCounts, countWeights, type ParameterCounts, totalled } from '@interlayer/transformer';
import { type GptConfigInput, gptConfig } from './config';
import type { GptModel } from './gpt';

/**
 * The number of parameters of a GPT-2, by formula, without allocating anything. With V words, L positions, width d, inner width
 * f: embeddings (V + L) d; per layer 4d² + 4d + 2d and, where it has a feed-forward block, 2df + f + d + 2d; a final
 * LayerNorm 2d; an untied readout Vd.
 */
export function parameterCount(config: GptConfigInput): ParameterCounts {
  const complete = gptConfig(config);
  const { vocab_size: vocabulary, n_embd: d, n_layer: layers } = complete;
  const block = blockCounts(d, complete.n_inner);
  const fed = complete.feed_forward.filter((present) => present).length;
  return totalled({
    embeddings: (vocabulary + complete.n_positions) * d,
    attention: layers * block.attention,
    feedForward: fed * block.feedForward,
    layerNorm: (layers + fed + (complete.final_layer_norm ? 1 : 0)) * block.layerNorm,
    head: complete.tie_word_embeddings ? 0 : vocabulary * d,
  });
}

/** The number of parameters that a model holds, added up from its tensors. */
export function countParameters(model: GptModel): ParameterCounts {
  return countWeights(model.weights, (name) => {
    if (/\.(wte|wpe)\./.test(name)) return 'embeddings';
    if (/\.ln_[12f]\./.test(name)) return 'layerNorm';
    if (name.includes('.attn.')) return 'attention';
    return name.includes('.mlp.') ? 'feedForward' : 'head';
  });
}
