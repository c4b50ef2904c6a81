import { values } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { gelu, layerNorm } from '../src/index';

/** Smooth functions of two matrices [m, n] to one of the same shape, each with a bounded result. */
const operations: Record<string, (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Tensor> = {
  add: (a, b) => tf.add(a, b),
  subtract: (a, b) => tf.sub(a, tf.mul(b, 0.5)),
  multiply: (a, b) => tf.mul(a, tf.tanh(b)),
  divide: (a, b) => tf.div(a, tf.add(tf.square(b), 1)),
  'squared difference': (a, b) => tf.tanh(tf.squaredDifference(a, b)),
  'row mean': (a, b) => tf.sub(a, tf.mean(b, 1, true)),
  'column sum': (a, b) => tf.tanh(tf.add(a, tf.sum(b, 0))),
  'log-sum-exp': (a, b) => tf.sub(a, tf.logSumExp(b, 1, true)),
  softmax: (a, b) => tf.add(tf.softmax(a), b),
  'log softmax': (a) => tf.mul(tf.logSoftmax(a), 0.5),
  sigmoid: (a) => tf.sigmoid(a),
  softplus: (a) => tf.softplus(a),
  exponential: (a, b) => tf.add(tf.exp(tf.tanh(a)), b),
  root: (a) => tf.sqrt(tf.add(tf.square(a), 0.5)),
  'reciprocal root': (a, b) => tf.mul(b, tf.rsqrt(tf.add(tf.square(a), 1))),
  logarithm: (a) => tf.log(tf.add(tf.square(a), 1)),
  power: (a, b) => tf.pow(tf.add(tf.sigmoid(a), 0.5), tf.tanh(b)),
  erf: (a) => tf.erf(a),
  wave: (a, b) => tf.add(tf.sin(a), tf.cos(b)),
  'matrix product': (a, b) => tf.tanh(tf.matMul(tf.matMul(a, b, false, true), a)),
  gram: (a, b) => tf.tanh(tf.matMul(a, tf.matMul(b, a, true, false))),
  'dense layer': (a, b) =>
    tf.tanh(tf.add(tf.matMul(a, tf.matMul(a, a, true)), tf.reshape(tf.slice(b, [0, 0], [1, b.shape[1]]), [-1]))),
  batched: (a, b) => {
    const stacked = tf.reshape(tf.stack([a, b]), [2, 1, a.shape[0], a.shape[1]]) as tf.Tensor4D;
    const scores = tf.softmax(tf.matMul(stacked, stacked, false, true));
    return tf.reshape(tf.slice(tf.matMul(scores, stacked), [1, 0, 0, 0], [1, -1, -1, -1]), a.shape);
  },
  transposed: (a, b) => tf.transpose(tf.add(tf.transpose(a), tf.transpose(b))),
  'cut and padded': (a, b) =>
    tf.add(
      b,
      tf.pad(tf.slice(a, [0, 0], [1, a.shape[1]]), [
        [0, a.shape[0] - 1],
        [0, 0],
      ]),
    ),
  'joined and split': (a, b) => tf.split(tf.concat([a, b], 1), 2, 1)[1]!,
  gathered: (a, b) => tf.gather(tf.concat([a, b], 0), tf.range(0, a.shape[0], 1, 'int32')),
  'gathered twice': (a) => tf.gather(a, tf.zeros([a.shape[0]], 'int32')),
  repeated: (a, b) => tf.add(b, tf.tile(tf.slice(a, [0, 0], [1, a.shape[1]]), [a.shape[0], 1])),
  cumulative: (a) => tf.tanh(tf.cumsum(a, 1)),
  rectified: (a, b) => tf.sub(tf.relu(a), b),
  chosen: (a, b) => tf.where(tf.greater(tf.range(0, a.shape[1]), 0.5), a, b),
  'layer norm': (a, b) => layerNorm(a, tf.reshape(tf.slice(b, 0, 1), [-1]) as tf.Tensor1D, tf.zeros([a.shape[1]]), 0.1),
  gelu: (a) => gelu(a, 'erf'),
  'gelu tanh': (a) => gelu(a, 'tanh'),
};

/** Steps of a graph: an operation and which of the matrices so far it takes. */
type Steps = [operation: string, a: number, b: number][];

/** The function of two matrices that the steps make. */
export const forwardGraph =
  (steps: Steps) =>
  (a: tf.Tensor, b: tf.Tensor): tf.Tensor => {
    const stack = [a, b];
    for (const [name, i, j] of steps)
      stack.push(operations[name]!(stack[i % stack.length] as tf.Tensor2D, stack[j % stack.length] as tf.Tensor2D));
    return stack[stack.length - 1]!;
  };

/** The same behind products with the identity: what follows from products runs in half precision. */
export const graphBehindProducts =
  (steps: Steps) =>
  ({ a, b }: { a: tf.Tensor; b: tf.Tensor }): tf.Tensor => {
    const eye = tf.eye(a.shape[1]!);
    return forwardGraph(steps)(tf.matMul(a, eye), tf.matMul(b, eye));
  };

/** Graphs, and values for the two matrices that they begin with. */
export const graphsOf = (entry: fc.Arbitrary<number>) =>
  fc
    .record({
      rows: fc.integer({ min: 1, max: 4 }),
      columns: fc.integer({ min: 1, max: 5 }),
      steps: fc.array(fc.tuple(fc.constantFrom(...Object.keys(operations)), fc.nat(7), fc.nat(7)), {
        minLength: 1,
        maxLength: 7,
      }),
    })
    .chain(({ rows, columns, steps }) => {
      const entries = fc.array(entry, { minLength: rows * columns, maxLength: rows * columns });
      return fc.record({ steps: fc.constant(steps), shape: fc.constant([rows, columns]), a: entries, b: entries });
    });

export const graphs = graphsOf(values());
