import { engine } from '@tensorflow/tfjs-core';

/** Runs `body`. If a gradient throws, frees the tensors that tfjs kept for the backward pass. */
export function disposingTape<T>(body: () => T): T {
  const { state } = engine();
  const outermost = state.gradientDepth === 0;
  try {
    return body();
  } catch (error) {
    if (outermost) {
      for (const node of state.activeTape ?? []) for (const tensor of node.saved ?? []) tensor.dispose();
      state.activeTape = null as never;
    }
    throw error;
  }
}
