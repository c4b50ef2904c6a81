import { countWeights, type ParameterCounts, totalled } from '@interlayer/transformer';
import { type LlamaConfigInput, llamaConfig } from './config';
import type { LlamaModel } from './llama';

/**
 * The number of parameters of a Llama, by formula, without allocating anything. With V words, width d, inner width f, and
 * q and k features in all heads of queries and of keys: embeddings Vd; per layer 2dq + 2dk, 3df and two norms d; biases
 * q + 2k + d and 2f + d where there are any; a final norm d; an untied readout Vd.
 */
export function parameterCount(config: LlamaConfigInput): ParameterCounts {
  const complete = llamaConfig(config);
  const { vocab_size: vocabulary, hidden_size: d, intermediate_size: f, num_hidden_layers: layers } = complete;
  const q = complete.num_attention_heads * complete.head_dim;
  const k = complete.num_key_value_heads * complete.head_dim;
  return totalled({
    embeddings: vocabulary * d,
    attention: layers * (2 * d * (q + k) + (complete.attention_bias ? q + 2 * k + d : 0)),
    feedForward: layers * (3 * d * f + (complete.mlp_bias ? 2 * f + d : 0)),
    layerNorm: (2 * layers + 1) * d,
    head: complete.tie_word_embeddings ? 0 : vocabulary * d,
  });
}

/** The number of parameters that a model holds, added up from its tensors. */
export function countParameters(model: LlamaModel): ParameterCounts {
  return countWeights(model.weights, (name) => {
    if (name.includes('embed_tokens')) return 'embeddings';
    if (/norm\.weight$/.test(name)) return 'layerNorm';
    if (name.includes('.self_attn.')) return 'attention';
    return name.includes('.mlp.') ? 'feedForward' : 'head';
  });
}
