/**
 * A function that gives timers, signals and the page a turn every 50 ms: awaited blocks that compute synchronously would never
 * let go of the thread.
 */
export function breather(interval = 50): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < interval) return;
    await new Promise((resolve) => setTimeout(resolve));
    last = performance.now();
  };
}
