import { assembleGpt, createGpt, type GptModel } from '@interlayer/gpt-model';
import { layerNorm } from '@interlayer/tensor-compile';
import type { Tokenizer } from '@interlayer/tokenizer';
import { activationNames } from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import { pickAt, type Readout, type Specimen, streamThrough, traceSites, twinWeights } from './specimen';
import { type Start, startNote } from './start';

/** A GPT-2 or one of its kin: a single forward pass answers every prefix of a sentence. */
export function gptSpecimen(model: GptModel, tokenizer: Tokenizer, start?: Start<'causal'>): Specimen {
  const { config, blocks, order, weights } = model;
  const headless = model.withHead(false);
  return {
    kind: 'causal',
    layers: order.length,
    cells: config.n_inner,
    width: config.n_embd,
    vocabulary: config.vocab_size,
    positions: config.n_positions,
    activation: activationNames[config.activation_function]!,
    gated: false,
    epsilon: config.layer_norm_epsilon,
    adds: true,
    tokenizer,
    weights,
    blocks: order.map((layer) => blocks[layer]!),
    readouts: readoutsOf(model),
    input: ({ prefix }) => (prefix.length > config.n_positions ? undefined : { ids: prefix, at: prefix.length - 1 }),
    // What stands on the right of a place is invisible to it, padding included.
    trace: ({ ids }, sites, edits) => traceSites(headless, order.length, { ids }, sites, edits),
    streamAfter: (layers, { ids }, from, edits) =>
      streamThrough(headless.withLayers(layers.map((layer) => order[layer]!)), { ids }, from, edits),
    scores: ({ ids }, place) => tf.tidy(() => model.logits(pickAt(headless.run({ ids }).hidden, place)) as tf.Tensor2D),
    start: startNote(start, config.initializer_range),
    withWeights: (values) => gptSpecimen(assembleGpt(config, twinWeights(weights, values)), tokenizer, start),
    initial: (seed) =>
      gptSpecimen(createGpt(config, { seed: start?.seed ?? seed, ...start?.initial }), tokenizer, start),
    dispose: () => model.dispose(),
  };
}

function readoutsOf({ config, weights, readout }: GptModel): Readout[] {
  if (!readout) return [];
  const raw: Readout = { name: 'raw', linear: true, states: (h) => h, embedding: readout };
  if (!config.final_layer_norm) return [raw];
  const states = (h: tf.Tensor2D) => {
    const [gain, bias] = ['weight', 'bias'].map((name) => weights[`transformer.ln_f.${name}`] as tf.Tensor);
    return layerNorm(h, gain as tf.Tensor1D, bias as tf.Tensor1D, config.layer_norm_epsilon) as tf.Tensor2D;
  };
  return [{ name: 'ln_f', linear: false, states, embedding: readout }, raw];
}
