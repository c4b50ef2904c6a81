import { assembleBert, type BertModel, createBert } from '@interlayer/bert-model';
import { layerNorm } from '@interlayer/tensor-compile';
import type { Tokenizer } from '@interlayer/tokenizer';
import { activate, activationNames, applyLinear } from '@interlayer/transformer';
import type * as tf from '@tensorflow/tfjs-core';
import { type Context, pickAt, type Readout, type Specimen, streamThrough, traceSites, twinWeights } from './specimen';
import { type Start, startNote } from './start';

/**
 * A BERT at masked places: [CLS] prefix [MASK] rest [SEP], read at the mask. The masked token plays the next token, and the
 * last token of the prefix is the mask's left neighbour; but the model sees the right side too.
 */
export function bertSpecimen(model: BertModel, tokenizer: Tokenizer, start?: Start<'masked'>): Specimen {
  const { config, weights, blocks, order, heads } = model;
  const { cls, sep, mask } = tokenizer.special;
  if (cls === undefined || sep === undefined || mask === undefined)
    throw new Error('its tokenizer lacks one of the tokens [CLS], [SEP] and [MASK]');
  const bare = model.withHeads([]);
  const input = ({ prefix, rest }: Context) => {
    const ids = [cls, ...prefix, mask, ...rest, sep];
    return ids.length > config.max_position_embeddings ? undefined : { ids, at: prefix.length + 1 };
  };
  return {
    kind: 'masked',
    layers: order.length,
    cells: config.intermediate_size,
    width: config.hidden_size,
    vocabulary: config.vocab_size,
    positions: config.max_position_embeddings,
    activation: activationNames[config.hidden_act]!,
    gated: false,
    epsilon: config.layer_norm_eps,
    adds: false,
    tokenizer,
    weights,
    blocks: order.map((layer) => blocks[layer]!),
    readouts: heads.includes('mlm') ? mlmReadouts(model) : [],
    input,
    trace: (inputs, sites, edits) => traceSites(bare, order.length, inputs, sites, edits),
    streamAfter: (layers, inputs, from, edits) =>
      streamThrough(bare.withLayers(layers.map((layer) => order[layer]!)), inputs, from, edits),
    scores: ({ ids, mask }, place) => model.mlmLogits(pickAt(bare.run({ ids, mask }).hidden, place)) as tf.Tensor2D,
    start: startNote(start, config.initializer_range),
    withWeights: (values) => bertSpecimen(assembleBert(config, twinWeights(weights, values), heads), tokenizer, start),
    initial: (seed) => {
      const drawn = { seed: start?.seed ?? seed, ...start?.initial };
      return bertSpecimen(
        createBert(config, { ...drawn, heads: heads.includes('mlm') ? ['mlm'] : [] }),
        tokenizer,
        start,
      );
    },
    dispose: () => model.dispose(),
  };
}

function mlmReadouts({ config, weights, decoder }: BertModel): Readout[] {
  const { weight: embedding, bias } = decoder!;
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
  return [head, { name: 'raw', linear: true, states: (h) => h, embedding }];
}
