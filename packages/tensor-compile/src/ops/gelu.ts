import * as tf from '@tensorflow/tfjs-core';
import { isTracing } from '../trace/backend-name';

export type GeluForm = 'erf' | 'tanh';

const TANH_SCALE = Math.sqrt(2 / Math.PI);
const TANH_CUBIC = 0.044715;

/**
 * The Gaussian error linear unit (Hendrycks & Gimpel 2016): `x·Φ(x)`, exactly (`'erf'`) or in the tanh approximation of
 * GPT-2 (`'tanh'`).
 */
export function gelu<T extends tf.Tensor>(x: T, form: GeluForm): T {
  if (form !== 'erf' && form !== 'tanh') throw new Error(`gelu got the form '${form}'; expected 'erf' or 'tanh'.`);
  const run = tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([x]);
    return { value: forward(x, form), gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradient(dy, saved[0]!, form) };
  });
  return tf.tidy(() => run(x)) as T;
}

function forward(x: tf.Tensor, form: GeluForm): tf.Tensor {
  if (isTracing()) {
    // A recorded gradient needs Φ(x), too.
    const recorded = tf.engine().state.gradientDepth > 0;
    return tf.engine().runKernel('InterlayerGelu', { x }, { form, recorded }) as tf.Tensor;
  }
  const inner = form === 'erf' ? tf.erf(tf.mul(x, Math.SQRT1_2)) : tf.tanh(tanhArgument(x));
  return tf.mul(tf.mul(x, 0.5), tf.add(inner, 1));
}

const tanhArgument = (x: tf.Tensor): tf.Tensor =>
  tf.mul(x, tf.add(tf.mul(tf.square(x), TANH_SCALE * TANH_CUBIC), TANH_SCALE));

function gradient(dy: tf.Tensor, x: tf.Tensor, form: GeluForm): tf.Tensor {
  if (isTracing()) return tf.engine().runKernel('InterlayerGeluGradient', { dy, x }, { form }) as tf.Tensor;
  if (form === 'erf') {
    // Φ(x) + xφ(x)
    const probability = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
    const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return tf.mul(dy, tf.add(probability, tf.mul(x, density)));
  }
  // ½(1 + t) + ½x(1 − t²)·a(1 + 3cx²), t = tanh(a(x + cx³))
  const t = tf.tanh(tanhArgument(x));
  const slope = tf.add(tf.mul(tf.square(x), 3 * TANH_SCALE * TANH_CUBIC), TANH_SCALE);
  const tail = tf.mul(tf.mul(x, slope), tf.sub(1, tf.square(t)));
  return tf.mul(dy, tf.mul(tf.add(tf.add(t, 1), tail), 0.5));
}
