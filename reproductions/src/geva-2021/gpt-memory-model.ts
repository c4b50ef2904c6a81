import { createGpt, type GptModel } from '@interlayer/gpt-model';
import { layerNorm } from '@interlayer/tensor-compile';
import type * as tf from '@tensorflow/tfjs-core';
import { type MemoryModel, memoryActivation, pickAt, type Readout, traceSites, valuesOf } from './memory-model';
import { assignWithPairs } from './shuffled-pairs';

/** A GPT-2 and its kin, with a readout: every prefix of a sentence is answered by one forward pass. */
export function gptMemoryModel(model: GptModel): MemoryModel {
  const { config, blocks, order } = model;
  const scoring = model.withHead(true);
  const readout = model.readout!;
  const headless = model.withHead(false);
  const raw: Readout = { name: 'raw', linear: true, states: (h) => h, embedding: readout };
  const normed: Readout = {
    name: 'ln_f',
    linear: false,
    states: (h) => {
      const [gain, bias] = ['weight', 'bias'].map((name) => model.weights[`transformer.ln_f.${name}`] as tf.Tensor);
      return layerNorm(h, gain as tf.Tensor1D, bias as tf.Tensor1D, config.layer_norm_epsilon) as tf.Tensor2D;
    },
    embedding: readout,
  };
  return {
    kind: 'causal',
    layers: order.length,
    cells: config.n_inner,
    width: config.n_embd,
    vocabulary: config.vocab_size,
    positions: config.n_positions,
    activation: memoryActivation(config.activation_function),
    adds: true,
    readouts: config.final_layer_norm ? [normed, raw] : [raw],
    input: ({ prefix }) => (prefix.length > config.n_positions ? undefined : { ids: prefix, at: prefix.length - 1 }),
    scanInput(sentence) {
      // The whole sentence is no candidate, since nothing follows it; and no prefix sees its last token.
      const ids = sentence.slice(0, Math.min(config.n_positions, sentence.length - 1));
      return ids.length === 0 ? undefined : { ids, from: 0, to: ids.length, shift: 0 };
    },
    // What stands on the right of a place is invisible to it, padding included.
    trace: ({ ids }, sites) => traceSites(headless, order.length, { ids }, sites),
    scores: ({ ids }, place) => pickAt(scoring.run({ ids }).logits, place),
    values: (layer) => valuesOf(blocks[order[layer]!]!),
    untrained: (seed) => gptMemoryModel(createGpt(config, { seed })),
    withPairs: (pairs) => gptMemoryModel(assignWithPairs(createGpt(config, { seed: 0 }), model, pairs)),
    dispose: () => model.dispose(),
  };
}
