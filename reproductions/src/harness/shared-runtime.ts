import { openRuntime, type Runtime } from '@interlayer/runtime';
import type { MeasureContext } from './define-claim';
import { NotRun } from './measurement';
import { recordEngine } from './run-record';

let opened: Promise<Runtime> | undefined;

export const isRuntimeOpen = (): boolean => opened !== undefined;

/** The one runtime of the measuring process. A backend that was asked for and cannot be had makes the claim "not run". */
export function sharedRuntime({ backend, threads }: MeasureContext): Promise<Runtime> {
  opened ??= openRuntime({ backend: backend as never, threads }).then(
    (runtime) => {
      recordEngine(runtime.describe());
      return runtime;
    },
    (error: Error) => {
      throw new NotRun(error.message.replace(/\.$/, ''));
    },
  );
  return opened;
}
