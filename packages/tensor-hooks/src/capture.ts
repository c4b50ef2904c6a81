import { type Run, type RunOptions, runWith } from './run';
import type { Select } from './select';
import type { Hookable } from './tap';

/**
 * Runs `target` once and keeps the values at the selected points. Synchronous, and reads no values: inside a compiled
 * function the captured tensors become outputs of the graph.
 *
 * @returns the output and the captured values. They belong to the enclosing tidy if there is one (`tf.tidy(() =>
 *   capture(…))` is the scoped form), otherwise to the caller, who frees them with `dispose()`.
 * @throws as {@link runWith}.
 */
export function capture<P extends string, I, O>(
  target: Hookable<P, I, O>,
  input: NoInfer<I>,
  select: Select<NoInfer<P>>,
  options: Omit<RunOptions<NoInfer<P>>, 'capture'> = {},
): Run<P, O> {
  return runWith(target, input, { ...options, capture: select });
}
