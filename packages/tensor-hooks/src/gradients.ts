import * as tf from '@tensorflow/tfjs-core';
import { applyEdit, type Edit } from './edit';
import { SilentPointError } from './errors';
import { listen } from './listen';
import { adopt, hold } from './ownership';
import { type Select, type Selector, selectPoints } from './select';
import { type Hookable, pointKey } from './tap';
import { valueAt } from './value-at';

/** Gradients at points. Their tensors belong to the enclosing tidy if there is one, otherwise to the caller. */
export interface PointGradients<P extends string> {
  loss: tf.Scalar;
  /**
   * d loss / d value at one point, of the value's shape: zeros where the loss does not depend on the value.
   * @throws UnknownPointError, which names the nearest points that have a gradient.
   */
  at(point: P, call?: number): tf.Tensor;
  /** All gradients by {@link pointKey}. */
  gradients: Record<string, tf.Tensor>;
  /** Frees the loss and the gradients; calling it again has no effect. */
  dispose(): void;
}

function requireGradients(): void {
  if (tf.getGradient('Multiply')) return;
  throw new Error(
    "tfjs's gradients are not registered: import '@tensorflow/tfjs' once beforehand, or use @interlayer/runtime.",
  );
}

/** Frees what the tape saved for a backward pass that failed: tfjs frees it only at the end of one that did not. */
function freeTape(): void {
  const { state } = tf.engine();
  // Within another gradient, the tape is still being written for that one.
  if (state.gradientDepth > 0) return;
  for (const { saved = [] } of state.activeTape ?? []) tf.dispose(saved);
  state.activeTape = [];
}

/**
 * The gradient of a loss with respect to the value at each selected point, in one forward and one backward pass: the
 * value that the computation continues with, after edits. The gradient at an early point includes the paths through later
 * ones.
 *
 * @param loss maps the target's output to a scalar, differentiably.
 * @throws Error if tfjs's gradients are not registered, the loss is not a float32 scalar, or a value is not float32.
 * @throws UnknownPointError, SilentPointError as {@link runWith}.
 */
export function gradientsAt<P extends string, I, O>(
  target: Hookable<P, I, O>,
  input: NoInfer<I>,
  select: Select<NoInfer<P>>,
  loss: (output: O) => tf.Tensor,
  { edits = [] }: { edits?: readonly Edit<Select<NoInfer<P>>>[] } = {},
): PointGradients<P> {
  requireGradients();
  const { points } = target;
  const selected = new Set(selectPoints(points, select as Selector));
  const placed = edits.map((edit) => ({ edit, at: selectPoints(points, edit.select as Selector) }));
  const gradients: Record<string, tf.Tensor> = {};
  const shapes: Record<string, number[]> = {};

  // Zero, and added at every point and to the loss, so that tfjs's tape leads from it through all of them.
  const forward = (origin: tf.Tensor): tf.Scalar => {
    const { tap, fired } = listen(points, (point) => {
      const editsHere = placed.filter(({ at }) => at.includes(point));
      if (editsHere.length === 0 && !selected.has(point)) return null;
      return (value, event) => {
        const edited = editsHere.reduce((current, { edit }) => applyEdit(edit, current, event), value);
        if (!selected.has(point)) return edited;
        if (edited.dtype !== 'float32') {
          throw new Error(`"${point}" is ${edited.dtype}; gradients exist at float32 values only.`);
        }
        const key = pointKey(event);
        shapes[key] = edited.shape;
        const watch = tf.customGrad((x) => ({
          value: tf.clone(x as tf.Tensor),
          gradFunc: (dy: tf.Tensor) => {
            gradients[key] = tf.tidy(() => hold(dy));
            return dy;
          },
        }));
        return watch(tf.add(edited, origin));
      };
    });
    const value = loss(target.run(input, tap));
    const silent = [...selected, ...placed.flatMap(({ at }) => at)].filter((point) => !fired.has(point));
    if (silent.length > 0) throw new SilentPointError([...new Set(silent)], 'gradientsAt');
    if (!(value instanceof tf.Tensor) || value.dtype !== 'float32' || value.size !== 1) {
      throw new Error('The loss must be one float32 number, as a tensor; reduce the output with tf.sum or tf.mean.');
    }
    return tf.add(tf.reshape(value, []), origin);
  };

  try {
    const kept = tf.tidy(() => {
      const { value } = tf.valueAndGrad(forward)(tf.scalar(0));
      // The backward pass skips points without a path to the loss.
      for (const [key, shape] of Object.entries(shapes)) gradients[key] ??= hold(tf.zeros(shape));
      return { loss: value as tf.Scalar, gradients: Object.values(gradients).map(adopt) };
    });
    return {
      loss: kept.loss,
      at: (point, call) => valueAt(gradients, point, call),
      gradients,
      dispose: () => tf.dispose([kept.loss, gradients]),
    };
  } catch (error) {
    tf.dispose(gradients);
    freeTape();
    throw error;
  }
}
