import { getGradient } from '@tensorflow/tfjs-core';

/**
 * Checks that tfjs's gradient functions are registered. Under Node, `@tensorflow/tfjs-core` alone has none.
 *
 * @throws an Error that says what to import.
 */
export function requireGradients(): void {
  if (getGradient('Square') === undefined)
    throw new Error(
      "tfjs has no gradients registered: under Node, '@tensorflow/tfjs-core' alone has none. Import '@tensorflow/tfjs' once, or use @interlayer/runtime.",
    );
}
