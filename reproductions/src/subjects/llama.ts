import { assembleLlama, createLlama, type LlamaModel } from '@interlayer/llama-model';
import type { Tokenizer } from '@interlayer/tokenizer';
import { activationNames, normalize } from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import { pickAt, type Readout, type Specimen, streamThrough, traceSites, twinWeights } from './specimen';
import { type Start, startNote } from './start';

/** Longest text that claims give to a Llama, whose own limit would make needlessly large graphs. */
const POSITIONS = 1024;

/** A Llama: as a GPT-2, but with gated memories and RMSNorm. */
export function llamaSpecimen(model: LlamaModel, tokenizer: Tokenizer, start?: Start<'causal'>): Specimen {
  const { config, blocks, order, weights } = model;
  const headless = model.withHead(false);
  const positions = Math.min(POSITIONS, config.max_position_embeddings);
  return {
    kind: 'causal',
    layers: order.length,
    cells: config.intermediate_size,
    width: config.hidden_size,
    vocabulary: config.vocab_size,
    positions,
    activation: activationNames[config.hidden_act]!,
    gated: true,
    epsilon: config.rms_norm_eps,
    adds: true,
    tokenizer,
    weights,
    blocks: order.map((layer) => blocks[layer]!),
    readouts: readoutsOf(model),
    input: ({ prefix }) => (prefix.length > positions ? undefined : { ids: prefix, at: prefix.length - 1 }),
    // Padding stands on the right of every place, which does not see it.
    trace: ({ ids }, sites, edits) => traceSites(headless, order.length, { ids }, sites, edits),
    streamAfter: (layers, { ids }, from, edits) =>
      streamThrough(headless.withLayers(layers.map((layer) => order[layer]!)), { ids }, from, edits),
    scores: ({ ids }, place) => tf.tidy(() => model.logits(pickAt(headless.run({ ids }).hidden, place)) as tf.Tensor2D),
    start: startNote(start, config.initializer_range),
    withWeights: (values) => llamaSpecimen(assembleLlama(config, twinWeights(weights, values)), tokenizer, start),
    initial: (seed) =>
      llamaSpecimen(createLlama(config, { seed: start?.seed ?? seed, ...start?.initial }), tokenizer, start),
    dispose: () => model.dispose(),
  };
}

/** By the final norm, as the model reads its states; by its gain alone, for values, whose size is not that of the stream; and bare. */
function readoutsOf({ config, weights, readout }: LlamaModel): Readout[] {
  if (!readout) return [];
  const gain = weights['model.norm.weight'] as tf.Tensor as tf.Tensor1D;
  const factor = (h: tf.Tensor2D) =>
    tf.rsqrt(tf.add(tf.mean(tf.square(h), 1, true), config.rms_norm_eps)) as tf.Tensor2D;
  return [
    {
      name: 'final norm',
      linear: true,
      factor,
      states: (h) => normalize(h, { gain }, config.rms_norm_eps),
      embedding: readout,
    },
    { name: 'gain of the final norm', linear: true, states: (h) => tf.mul(h, gain), embedding: readout },
    { name: 'raw', linear: true, states: (h) => h, embedding: readout },
  ];
}
