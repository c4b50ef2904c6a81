import { softmaxCrossEntropy } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';

/** From a batch to the scalar that `compileStep` differentiates. */
export type Loss<I> = (inputs: I) => tf.Scalar;

/** Tensors of one batch as a model reads them: ids int32 [B, T], mask 1 where a token is real, types int32 [B, T]. */
export interface ModelInputs {
  ids: tf.Tensor2D;
  mask?: tf.Tensor2D;
  types?: tf.Tensor2D;
}

export interface CausalInputs {
  /** int32 [B, T + 1]: the model reads the first T of each row and predicts the last T. */
  ids: tf.Tensor2D;
  /**
   * float32 [B, T + 1], 1 = real, 0 = padding on either side. Padding is neither attended to nor predicted, and nothing is
   * predicted from it. Absent: all real.
   */
  mask?: tf.Tensor2D;
}

/**
 * Next-token cross-entropy in nats: −mean log p(tokenₜ₊₁ | tokens ≤ t), the mean taken over real targets after real tokens.
 * @param logits from ids [B, T] to logits [B, T, V]
 */
export function causalLoss(logits: (inputs: ModelInputs) => tf.Tensor): Loss<CausalInputs> {
  return ({ ids, mask }) =>
    tf.tidy(() => {
      const [batch, width] = ids.shape;
      if (width < 2) throw new Error(`causalLoss: ids have ${width} column; next-token prediction needs at least 2`);
      const part = (x: tf.Tensor2D, from: number) => tf.slice(x, [0, from], [batch, width - 1]) as tf.Tensor2D;
      const scores = logits({ ids: part(ids, 0), ...(mask && { mask: part(mask, 0) }) });
      const vocabulary = scores.shape.at(-1)!;
      const flat = (x: tf.Tensor) => tf.reshape(x, [batch * (width - 1)]) as tf.Tensor1D;
      const real = mask && (tf.cast(mask, 'float32') as tf.Tensor2D);
      return softmaxCrossEntropy(
        tf.reshape(scores, [batch * (width - 1), vocabulary]) as tf.Tensor2D,
        flat(part(ids, 1)),
        real && flat(tf.mul(part(real, 0), part(real, 1))),
      );
    });
}

export interface MaskedInputs extends ModelInputs {
  /** int32 [N]: places of the predicted tokens in the flattened [B · T] batch; N is the same in every batch. */
  positions: tf.Tensor1D;
  /** int32 [N]: the original tokens at these places. */
  labels: tf.Tensor1D;
  /** float32 [N]: 1 for a real prediction, 0 for one that only makes up the number N. */
  weights: tf.Tensor1D;
}

/**
 * Masked-language-model cross-entropy in nats, the weighted mean over the predicted tokens. The head sees only their
 * states, a fraction of the B · T of the batch.
 * @param states from the batch to hidden states [B, T, d]
 * @param head from states [N, d] to logits [N, V]
 */
export function maskedLoss(
  states: (inputs: ModelInputs) => tf.Tensor,
  head: (states: tf.Tensor2D) => tf.Tensor,
): Loss<MaskedInputs> {
  return ({ positions, labels, weights, ...inputs }) =>
    tf.tidy(() => {
      const hidden = states(inputs);
      const flat = tf.reshape(hidden, [-1, hidden.shape.at(-1)!]) as tf.Tensor2D;
      return softmaxCrossEntropy(head(tf.gather(flat, positions) as tf.Tensor2D) as tf.Tensor2D, labels, weights);
    });
}

export interface ClassificationInputs extends ModelInputs {
  /** int32 [B]: the class of each row, in [0, C). */
  labels: tf.Tensor1D;
  /** float32 [B]: 0 leaves a row out, such as the padding of a last batch. Absent: all count. */
  weights?: tf.Tensor1D;
}

/**
 * Cross-entropy of a class per row, in nats, the weighted mean over rows.
 * @param logits from the batch to logits [B, C]
 */
export function classificationLoss(logits: (inputs: ModelInputs) => tf.Tensor): Loss<ClassificationInputs> {
  return ({ labels, weights, ...inputs }) =>
    tf.tidy(() => softmaxCrossEntropy(logits(inputs) as tf.Tensor2D, labels, weights));
}
