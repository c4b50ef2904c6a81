import * as tf from '@tensorflow/tfjs-core';
import { isTracing } from '../trace/backend-name';

/**
 * The mean over N rows of `−ln softmax(logits)[label]`, weighted by `weights` if given: `Σ wᵢ·lossᵢ / Σ wᵢ`. Computed as
 * log-sum-exp minus logit, so that a probability that underflows still has a finite loss.
 *
 * @param logits float32 [N, V]; only these have a gradient
 * @param labels int32 [N], each in 0 … V − 1, even if its weight is 0
 * @param weights float32 [N], not all 0 (0/0 is NaN); a weight of 0 leaves a row out
 * @throws if the shapes or types do not fit, or a label is out of range; a compiled function rejects for the latter.
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D, weights?: tf.Tensor1D): tf.Scalar {
  const [rows] = logits.shape;
  if (logits.rank !== 2 || labels.rank !== 1 || labels.shape[0] !== rows)
    throw new Error(
      `softmaxCrossEntropy got logits of shape [${logits.shape}] and labels [${labels.shape}]; expected [N, V] and [N]. Reshape them first.`,
    );
  if (labels.dtype !== 'int32')
    throw new Error(`softmaxCrossEntropy got labels of type '${labels.dtype}'; expected 'int32'.`);
  if (weights && (weights.rank !== 1 || weights.shape[0] !== rows))
    throw new Error(
      `softmaxCrossEntropy got weights of shape [${weights.shape}]; expected [${rows}], one for each row.`,
    );
  const run = tf.customGrad((...args) => {
    const [logits, save] = args as unknown as [tf.Tensor2D, tf.GradSaveFunc];
    const { loss, logProbabilities } = forward(logits, labels, weights);
    save(weights ? [logProbabilities, labels, weights] : [logProbabilities, labels]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [logProbabilities, labels, weights] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D | undefined];
      return gradient(dy, logProbabilities, labels, weights);
    };
    return { value: loss, gradFunc };
  });
  return tf.tidy(() => run(logits)) as tf.Scalar;
}

function forward(logits: tf.Tensor2D, labels: tf.Tensor1D, weights?: tf.Tensor1D) {
  if (isTracing()) {
    const inputs: tf.NamedTensorMap = weights ? { logits, labels, weights } : { logits, labels };
    const [loss, logProbabilities] = tf.engine().runKernel('InterlayerSoftmaxCrossEntropy', inputs) as tf.Tensor[];
    return { loss: loss!, logProbabilities: logProbabilities! };
  }
  const [rows, columns] = logits.shape;
  checkLabels(labels, columns);
  const logProbabilities = tf.logSoftmax(logits, 1);
  const positions = tf.add(labels, tf.range(0, rows * columns, columns, 'int32'));
  const losses = tf.neg(tf.gather(tf.reshape(logProbabilities, [rows * columns]), tf.cast(positions, 'int32')));
  const loss = weights ? tf.div(tf.sum(tf.mul(losses, weights)), tf.sum(weights)) : tf.mean(losses);
  return { loss, logProbabilities };
}

/** A label out of range would read another row's probability. */
function checkLabels(labels: tf.Tensor1D, columns: number): void {
  const row = labels.dataSync().findIndex((label) => !(label >= 0 && label < columns));
  if (row >= 0)
    throw new Error(
      `softmaxCrossEntropy got the label ${labels.dataSync()[row]} in row ${row}; expected 0 to ${columns - 1}. To leave a row out, give it any such label and the weight 0.`,
    );
}

function gradient(dy: tf.Tensor, logProbabilities: tf.Tensor2D, labels: tf.Tensor1D, weights?: tf.Tensor1D): tf.Tensor {
  if (isTracing()) {
    const inputs: tf.NamedTensorMap = weights
      ? { dy, logProbabilities, labels, weights }
      : { dy, logProbabilities, labels };
    return tf.engine().runKernel('InterlayerSoftmaxCrossEntropyGradient', inputs) as tf.Tensor;
  }
  const [rows, columns] = logProbabilities.shape;
  const share = weights ? tf.div(tf.mul(weights, dy), tf.sum(weights)) : tf.mul(tf.div(dy, rows), tf.ones([rows]));
  const difference = tf.sub(tf.exp(logProbabilities), tf.cast(tf.oneHot(labels, columns), 'float32'));
  return tf.mul(difference, tf.reshape(share, [rows, 1]));
}
