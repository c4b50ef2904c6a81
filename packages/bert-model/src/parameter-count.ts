import { blockCounts, countWeights, type ParameterCounts, totalled } from '@interlayer/transformer';
import type { BertModel } from './bert';
import { type BertConfigInput, type BertHead, bertConfig, completeHeads } from './config';

/**
 * The number of parameters of a BERT, by formula, without allocating anything. With V words, L positions, S types, width d, inner
 * width f: embeddings (V + L + S) d + 2d; per layer 4d² + 4d + 2d and, where it has a feed-forward block, 2df + f + d + 2d;
 * pooler d² + d; masked-LM head d² + d + 2d + V (+ Vd untied); classifier C (d + 1).
 *
 * @param options.heads default `['pooler']`, as in the 109,482,240 of BERT-base (Sridhar et al. 2020, Zhao et al. 2021)
 */
export function parameterCount(
  config: BertConfigInput,
  options: { heads?: readonly BertHead[] } = {},
): ParameterCounts {
  const complete = bertConfig(config);
  const heads = completeHeads(options.heads ?? ['pooler']);
  const { vocab_size: vocabulary, hidden_size: d, num_hidden_layers: layers } = complete;
  const block = blockCounts(d, complete.intermediate_size);
  const fed = complete.feed_forward.filter((present) => present).length;
  const mlm = d * d + d + 2 * d + vocabulary + (complete.tie_word_embeddings ? 0 : vocabulary * d);
  return totalled({
    embeddings: (vocabulary + complete.max_position_embeddings + complete.type_vocab_size) * d + 2 * d,
    attention: layers * block.attention,
    feedForward: fed * block.feedForward,
    layerNorm: (layers + fed) * block.layerNorm,
    pooler: heads.includes('pooler') ? d * d + d : 0,
    head: (heads.includes('mlm') ? mlm : 0) + (heads.includes('classifier') ? complete.num_labels * (d + 1) : 0),
  });
}

/** The number of parameters that a model holds, added up from its tensors. */
export function countParameters(model: BertModel): ParameterCounts {
  return countWeights(model.weights, (name) => {
    if (name.startsWith('bert.embeddings.')) return 'embeddings';
    if (name.startsWith('bert.pooler.')) return 'pooler';
    if (!name.startsWith('bert.')) return 'head';
    if (name.includes('.LayerNorm.')) return 'layerNorm';
    return name.includes('.attention.') ? 'attention' : 'feedForward';
  });
}
