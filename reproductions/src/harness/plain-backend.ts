import { startBackend } from '@interlayer/runtime';
import type { MeasureContext } from './define-claim';
import { isRuntimeOpen, sharedRuntime } from './shared-runtime';

/** A tfjs backend for claims that only need tensors to exist: what runs already, else the plain one, which is everywhere. */
export async function startPlainBackend(context: MeasureContext): Promise<void> {
  if (isRuntimeOpen()) await sharedRuntime(context);
  else await startBackend({ backend: 'cpu', log: () => {} });
}
