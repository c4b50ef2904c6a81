import { getBackend } from '@tensorflow/tfjs-core';

/** The tfjs backend that records instead of computing. */
export const TRACE_BACKEND = 'interlayer-trace';

/** Whether operations are currently recorded into a graph. */
export const isTracing = (): boolean => getBackend() === TRACE_BACKEND;
