/** A function with a name and a disposer. */
export function named<F extends object>(call: F, name: string, dispose: () => void | Promise<void>) {
  Object.defineProperty(call, 'name', { value: name });
  return Object.assign(call, { dispose: async () => dispose() }) as F & { name: string; dispose(): Promise<void> };
}
