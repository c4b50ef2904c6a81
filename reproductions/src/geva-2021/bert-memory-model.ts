import { type BertModel, createBert } from '@interlayer/bert-model';
import { layerNorm } from '@interlayer/tensor-compile';
import type { SpecialIds } from '@interlayer/tokenizer';
import { activate, activationNames, applyLinear } from '@interlayer/transformer';
import type * as tf from '@tensorflow/tfjs-core';
import {
  type Context,
  type MemoryModel,
  memoryActivation,
  pickAt,
  type Readout,
  traceSites,
  valuesOf,
} from './memory-model';
import { assignWithPairs } from './shuffled-pairs';

/**
 * A BERT at masked places: [CLS] prefix [MASK] rest [SEP], read at the mask. The masked token plays the next token, and the
 * last token of the prefix is the mask's left neighbour; but the model sees the right side too, so this is not the paper's
 * experiment. The paper only expects its findings to carry over to such models.
 */
export function bertMemoryModel(
  model: BertModel,
  special: Required<Pick<SpecialIds, 'cls' | 'sep' | 'mask'>>,
): MemoryModel {
  const { config, weights, blocks, order } = model;
  const { weight: embedding, bias } = model.decoder!;
  const vector = (name: string) => weights[`cls.predictions.${name}`] as tf.Tensor as tf.Tensor1D;
  const head: Readout = {
    name: 'MLM head',
    linear: false,
    states(h) {
      const weight = weights['cls.predictions.transform.dense.weight'] as tf.Tensor as tf.Tensor2D;
      const dense = applyLinear(h, { weight, bias: vector('transform.dense.bias'), orientation: 'out-in' });
      const active = activate(dense, activationNames[config.hidden_act]!);
      const [gain, shift] = [vector('transform.LayerNorm.weight'), vector('transform.LayerNorm.bias')];
      return layerNorm(active, gain, shift, config.layer_norm_eps) as tf.Tensor2D;
    },
    embedding,
    bias,
  };
  const bare = model.withHeads([]);
  const input = ({ prefix, rest }: Context) => {
    const ids = [special.cls, ...prefix, special.mask, ...rest, special.sep];
    return ids.length > config.max_position_embeddings ? undefined : { ids, at: prefix.length + 1 };
  };
  return {
    kind: 'masked',
    layers: order.length,
    cells: config.intermediate_size,
    width: config.hidden_size,
    vocabulary: config.vocab_size,
    positions: config.max_position_embeddings,
    activation: memoryActivation(config.hidden_act),
    adds: false,
    readouts: [head, { name: 'raw', linear: true, states: (h) => h, embedding }],
    input,
    scanInput(sentence, draw) {
      if (sentence.length < 2) return undefined;
      const masked = 1 + draw(sentence.length - 1);
      const found = input({ prefix: sentence.slice(0, masked), rest: sentence.slice(masked + 1) });
      return found && { ids: found.ids, from: found.at, to: found.at + 1, shift: 2 };
    },
    trace: (inputs, sites) => traceSites(bare, order.length, inputs, sites),
    scores: ({ ids, mask }, place) => model.mlmLogits(pickAt(bare.run({ ids, mask }).hidden, place)) as tf.Tensor2D,
    values: (layer) => valuesOf(blocks[order[layer]!]!),
    untrained: (seed) => bertMemoryModel(createBert(config, { seed, heads: ['mlm'] }), special),
    withPairs: (pairs) =>
      bertMemoryModel(assignWithPairs(createBert(config, { seed: 0, heads: ['mlm'] }), model, pairs), special),
    dispose: () => model.dispose(),
  };
}
