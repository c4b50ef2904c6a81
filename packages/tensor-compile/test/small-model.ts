import { seededRandom } from '@interlayer/test-kit/random';
import * as tf from '@tensorflow/tfjs-core';
import { fromTensor, gelu, hostTensor, layerNorm, type StepOptimizer, softmaxCrossEntropy } from '../src/index';

const V = 7;
const D = 6;

/** A small language model: embedding, layer norm, feed-forward, tied head. */
export function model(seed: number) {
  const random = seededRandom(seed);
  const make = (shape: number[], center = 0) =>
    tf.tidy(() =>
      tf.variable(
        tf.tensor(
          Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => center + random() - 0.5),
          shape,
        ),
      ),
    );
  const w = {
    embedding: make([V, D]),
    gain: make([D], 1),
    bias: make([D]),
    up: make([D, 2 * D]),
    upBias: make([2 * D]),
    down: make([2 * D, D]),
    unused: make([3]),
  };
  const loss = ({ ids, labels }: { ids: tf.Tensor; labels: tf.Tensor1D }) => {
    const x = tf.gather(w.embedding, tf.cast(ids, 'int32'));
    const h = layerNorm(x, w.gain as tf.Tensor1D, w.bias as tf.Tensor1D, 1e-5);
    const hidden = gelu(tf.add(tf.matMul(h, w.up), w.upBias), 'erf');
    const out = tf.add(x, tf.matMul(hidden, w.down));
    return softmaxCrossEntropy(tf.matMul(out, w.embedding, false, true) as tf.Tensor2D, labels);
  };
  return { w, variables: Object.values(w) as tf.Variable[], loss, dispose: () => tf.dispose(w) };
}

export const batches = (seed: number, count: number, rows = 5) => {
  const random = seededRandom(seed);
  const draw = () => Int32Array.from({ length: rows }, () => Math.floor(random() * V));
  return Array.from({ length: count }, () => ({ ids: hostTensor(draw(), [rows]), labels: hostTensor(draw(), [rows]) }));
};

/** Gradient descent with momentum; reports the squared norm of the gradients. */
export function momentum(variables: tf.Variable[], decay: number): StepOptimizer & { dispose(): void } {
  const slots = variables.map((v) => tf.tidy(() => tf.variable(tf.zerosLike(v))));
  return {
    slots,
    scalarNames: ['rate'],
    apply(gradients, variables, { rate }) {
      variables.forEach((variable, i) => {
        const next = tf.add(tf.mul(slots[i]!, decay), gradients[i]!);
        slots[i]!.assign(next);
        variable.assign(tf.sub(variable, tf.mul(next, rate!)));
      });
      return { squaredNorm: tf.addN(gradients.map((g) => tf.sum(tf.square(g)))) as tf.Scalar };
    },
    dispose: () => tf.dispose(slots),
  };
}

export const values = (variables: readonly tf.Variable[]) => variables.map(fromTensor);
