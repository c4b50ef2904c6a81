/** Backends of tfjs that run each operation as it is called: needed for hooks, patching and debugging. */
export const eagerBackends = ['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'] as const;
export type EagerBackend = (typeof eagerBackends)[number];

/** onnxruntime's execution providers: whole functions and training steps, traced once and run as one graph. */
export const compiledBackends = ['onnx-cpu', 'webgpu', 'cuda'] as const;
export type CompiledBackend = (typeof compiledBackends)[number];

export type BackendName = EagerBackend | CompiledBackend;

/** A backend that was tried and rejected, and why. */
export interface PassedOver {
  backend: BackendName;
  reason: string;
}

export const isCompiled = (name: string): name is CompiledBackend =>
  (compiledBackends as readonly string[]).includes(name);

/**
 * @throws When `name` is none of `allowed`; the error lists them.
 */
export function expectBackend(name: string, allowed: readonly BackendName[]): void {
  if (!(allowed as readonly string[]).includes(name))
    throw new Error(`unknown backend ${JSON.stringify(name)}: expected one of ${allowed.join(', ')}`);
}
