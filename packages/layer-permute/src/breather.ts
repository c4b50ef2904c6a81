/**
 * A function that gives timers, signals and the page a turn every 50 ms: blocks that compute synchronously never let go of
 * the thread, even when they are awaited.
 */
export function breather(interval = 50): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < interval) return;
    await new Promise((resolve) => setTimeout(resolve));
    last = performance.now();
  };
}
