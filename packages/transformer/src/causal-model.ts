import { type Hookable, type Tap, untapped } from '@interlayer/tensor-hooks';
import * as tf from '@tensorflow/tfjs-core';
import { attentionMask } from './attention-mask';
import type { BlockWeights } from './block';
import type { KeyValueCache } from './key-value-cache';
import { layerOrder } from './layer-order';
import { checkInputs } from './model-inputs';
import { type Norm, normalize } from './norm';
import { disposeWeights, type Weights } from './parameters';
import type { BlockPoint } from './points';
import type { rotaryPositions } from './rotary-positions';
import { runStack, type StackSettings } from './stack';

/** The named places of a causal model, by slot. */
export type CausalPoint = 'embeddings' | BlockPoint | 'final.norm' | 'logits';

export interface CausalInputs {
  /** int32 [B, T], indices into the vocabulary; not checked, since that would wait for the device. */
  ids: tf.Tensor2D;
  /**
   * [B, T] of any numeric dtype: 1 = real, 0 = padding on either side, which no token attends to. Positions count the real
   * tokens, as in `transformers`' generation. Absent: all real.
   */
  mask?: tf.Tensor2D;
  /** What earlier runs of this view left, which the tokens follow; this run adds its own. Not with a mask. */
  cache?: KeyValueCache;
}

/** What a causal model gives. A type alias, not an interface, so that `tf.tidy` takes it as a container of tensors. */
export type CausalOutput = {
  /** [B, T, d], after the final norm where there is one */
  hidden: tf.Tensor3D;
  /** [B, T, V]: the scores of the next token; absent without a readout */
  logits?: tf.Tensor3D;
};
/** What a causal model with its readout gives. */
export type CausalScores = Required<CausalOutput>;
/** What a causal model without its readout gives. */
export type CausalStates = Omit<CausalOutput, 'logits'>;

/** A causal model: embeddings, an ordered view of layers, and the readout. Several views may share one set of weights. */
export interface CausalModel<Config, Origin, O extends CausalOutput = CausalOutput>
  extends Hookable<CausalPoint, CausalInputs, O> {
  readonly config: Config;
  /** By the hub's names, with the prefix of the family (`transformer.` or `model.`), however the file spells them. */
  readonly weights: Weights;
  /** The layers' weights by source layer, in the form of the block. */
  readonly blocks: readonly BlockWeights[];
  /** The matrix that turns states into scores, [V, d]: the word embeddings if tied. Absent if the file has none. */
  readonly readout?: tf.Variable;
  /** The weights that run in each slot. */
  readonly order: readonly number[];
  readonly points: readonly CausalPoint[];
  /** Where the weights were loaded from, for saving them as they were. */
  readonly origin?: Origin;
  /** One forward pass. The outputs belong to the tidy around the call, or else to the caller. */
  run(inputs: CausalInputs, tap?: Tap<CausalPoint>): O;
  /**
   * The readout of states [..., d]: scores [..., V].
   * @throws Error when the model has no readout.
   */
  logits(states: tf.Tensor, tap?: Tap<CausalPoint>): tf.Tensor;
  /** The same weights with layer `order[s]` in slot s: permuted, repeated or dropped. Nothing is copied. */
  withLayers(order: readonly number[]): CausalModel<Config, Origin, O>;
  /**
   * The same weights without the readout, or with it again.
   * @throws Error when the model has no readout.
   */
  withHead(head: true): CausalModel<Config, Origin, CausalScores>;
  withHead(head: false): CausalModel<Config, Origin, CausalStates>;
  /** Frees the weights, which every view shares. */
  dispose(): void;
}

/** What one family of causal models differs in from another. */
export interface CausalParts<Config, Origin>
  extends Pick<CausalModel<Config, Origin>, 'config' | 'weights' | 'blocks' | 'readout' | 'origin'> {
  /** What error messages call the model, such as `GPT-2`. */
  family: string;
  settings: StackSettings;
  /** How many positions it has, those in a cache included. */
  positions: number;
  /** The points of a view, in order. */
  pointsOf(order: readonly number[], head: boolean): CausalPoint[];
  /** What the first block reads, [B, T, d]; `past` positions come before the first token. */
  embed(inputs: CausalInputs, past: number): tf.Tensor3D;
  /** Absent: positions are embedded. */
  rotation?: ReturnType<typeof rotaryPositions>;
  /** Absent: the last block's output is the hidden state. */
  finalNorm?: Norm;
}

/** Makes a causal model of its parts, with all layers in their order, and a readout if there is one. */
export function causalModel<Config, Origin>(parts: CausalParts<Config, Origin>): CausalModel<Config, Origin> {
  const { config, weights, blocks, readout, origin, settings, finalNorm } = parts;

  function requireReadout(): tf.Tensor2D {
    if (readout) return readout as tf.Tensor as tf.Tensor2D;
    throw new Error(
      `This ${parts.family} has no readout: its file has no lm_head.weight, and the config does not tie one.`,
    );
  }

  const logits = (states: tf.Tensor, tap: Tap<CausalPoint> = untapped): tf.Tensor =>
    tf.tidy(() => {
      const matrix = requireReadout();
      const [vocabulary, width] = matrix.shape;
      const scores = tf.matMul(tf.reshape(states, [-1, width]), matrix, false, true);
      return tap('logits', tf.reshape(scores, [...states.shape.slice(0, -1), vocabulary]));
    });

  // What a view gives follows from `head`, which the type of the view mirrors.
  const view = <O extends CausalOutput>(order: readonly number[], head: boolean): CausalModel<Config, Origin, O> => ({
    config,
    weights,
    blocks,
    readout,
    order,
    points: parts.pointsOf(order, head),
    origin,
    run(inputs, tap = untapped) {
      const { ids, mask, cache } = inputs;
      const past = cache?.length ?? 0;
      checkInputs(inputs, parts.positions, past);
      const length = ids.shape[1];
      const output = tf.tidy((): Record<string, tf.Tensor> => {
        const context = {
          mask: attentionMask({ mask, causal: true, length, past }),
          rotation: parts.rotation?.({ length, mask, past }),
          cache,
        };
        const embedded = tap('embeddings', parts.embed(inputs, past));
        const last = runStack(embedded, blocks, settings, order, context, tap);
        const hidden = finalNorm ? tap('final.norm', normalize(last, finalNorm, settings.epsilon)) : last;
        return head ? { hidden, logits: logits(hidden, tap) } : { hidden };
      });
      return output as unknown as O;
    },
    logits,
    withLayers: (next) => view(layerOrder(next, blocks.length), head),
    withHead: (next: boolean) => {
      if (next) requireReadout();
      return view<CausalScores>(order, next);
    },
    dispose: () => disposeWeights(weights),
  });
  return view([...blocks.keys()], readout !== undefined);
}
