import * as tf from '@tensorflow/tfjs-core';
import { adamWOnHost } from './adamw-on-host';
import type { OptimizerOf } from './optimizer';

export interface AdamWOptions {
  /** Decay of the first moment, in [0, 1). Default 0.9. */
  beta1?: number;
  /** Decay of the second moment, in [0, 1). Default 0.999. */
  beta2?: number;
  /** Added to the root of the bias-corrected second moment. Default 1e-8. */
  epsilon?: number;
  /** Decoupled weight decay: each step multiplies a decaying weight by 1 − rate · weightDecay. Default 0.01. */
  weightDecay?: number;
  /** Which variables decay. Default: matrices and tables (rank ≥ 2), so neither biases nor LayerNorm gains. */
  decays?: (variable: tf.Variable, name: string) => boolean;
  /** Largest global gradient norm; longer gradients are scaled down to it. Default: no clipping. */
  clipNorm?: number;
}

const within = (name: string, value: number, ok: boolean, expectation: string) => {
  if (!ok) throw new Error(`adamW: ${name} is ${value}; expected ${expectation}`);
};

/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2) with the conventions of PyTorch: ε is added after the bias correction and
 * the clip factor is min(1, clipNorm / (norm + 1e-6)). Every step reports `gradientNorm`, the norm before clipping.
 *
 * The slots are scaled moments, M = m / (1 − β₁) and V = v / (1 − β₂), so that the constant factors are folded into two
 * numbers per step that the host computes in float64, and the squared gradient serves both the norm and the second
 * moment: fewer passes over every weight than the textbook form.
 *
 * @returns a function that makes the optimiser of some weights; it throws when one of them is not float32.
 * @throws when an option is out of range
 */
export function adamW({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0.01,
  decays = (variable) => variable.rank >= 2,
  clipNorm,
}: AdamWOptions = {}): OptimizerOf {
  within('beta1', beta1, beta1 >= 0 && beta1 < 1, 'a number of [0, 1)');
  within('beta2', beta2, beta2 >= 0 && beta2 < 1, 'a number of [0, 1)');
  within('epsilon', epsilon, epsilon > 0, 'a positive number');
  within('weightDecay', weightDecay, weightDecay >= 0, 'a number of at least 0');
  if (clipNorm !== undefined) within('clipNorm', clipNorm, clipNorm > 0, 'a positive number, or nothing');
  return (variables) => {
    const names = Object.keys(variables);
    for (const name of names)
      if (variables[name].dtype !== 'float32')
        throw new Error(`adamW: variable "${name}" is ${variables[name].dtype}; only float32 weights can be trained`);
    const decaying = names.map((name) => weightDecay > 0 && decays(variables[name], name));
    const zeros = (shape: number[]) => tf.tidy(() => tf.variable(tf.zeros(shape), false));
    const first = names.map((name) => zeros(variables[name].shape));
    const second = names.map((name) => zeros(variables[name].shape));

    return {
      slots: [...first, ...second],
      slotNames: [...names.map((name) => `${name}.moment1`), ...names.map((name) => `${name}.moment2`)],
      scalarNames: ['stepSize', 'damping', 'keep'],
      settings: {
        optimizer: 'adamW',
        beta1,
        beta2,
        epsilon,
        weightDecay,
        clipNorm: clipNorm ?? null,
        decaying: names.filter((_, i) => decaying[i]),
      },

      scalars(step, rate) {
        // p −= rate · m̂ / (√v̂ + ε) with m̂ = (1 − β₁) M / (1 − β₁ᵗ), v̂ = (1 − β₂) V / (1 − β₂ᵗ), divided through by the
        // factor of √V.
        const root = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
        return {
          stepSize: (rate * (1 - beta1)) / (1 - beta1 ** step) / root,
          damping: epsilon / root,
          keep: 1 - rate * weightDecay,
        };
      },

      apply(gradients, weights, { stepSize, damping, keep }) {
        return tf.tidy(() => {
          const squares = gradients.map((gradient) => tf.square(gradient));
          const gradientNorm = tf.sqrt(tf.addN(squares.map((square) => tf.sum(square)))) as tf.Scalar;
          const clip = clipNorm === undefined ? undefined : tf.minimum(tf.div(clipNorm, tf.add(gradientNorm, 1e-6)), 1);
          const clipSquared = clip && tf.square(clip);
          weights.forEach((weight, i) => {
            const gradient = clip ? tf.mul(gradients[i], clip) : gradients[i];
            const square = clipSquared ? tf.mul(squares[i], clipSquared) : squares[i];
            const m = tf.add(tf.mul(first[i], beta1), gradient);
            const v = tf.add(tf.mul(second[i], beta2), square);
            const move = tf.mul(tf.div(m, tf.add(tf.sqrt(v), damping)), stepSize);
            first[i].assign(m);
            second[i].assign(v);
            weight.assign(tf.sub(decaying[i] ? tf.mul(weight, keep) : weight, move) as tf.Variable);
          });
          return { gradientNorm };
        });
      },

      onHost(weights, parts) {
        for (const [i, { name, size }] of weights.entries())
          if (size !== first[i]?.size)
            throw new Error(
              `adamW got the variable '${name}' of ${size} numbers at position ${i}, where it was made for ${first[i] ? `one of ${first[i].size}` : 'none'}; give the variables it was made for, in their order.`,
            );
        const sizes = weights.map(({ size }, i) => ({ size, decays: decaying[i] }));
        return adamWOnHost(sizes, parts, { beta1, beta2, clipNorm });
      },

      dispose() {
        tf.dispose([...first, ...second]);
      },
    };
  };
}
