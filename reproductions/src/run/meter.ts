import type { Spent } from '../claim/schema';

interface Frame {
  /** Seconds that went to work inside of it that is counted by itself. */
  inner: number;
}

const open: Frame[] = [];

/**
 * Runs work and counts what it costs: seconds without those of metered work inside of it, and by how many megabytes resident
 * memory rose at most above where it was at the start.
 */
export async function metered<T>(work: () => Promise<T>): Promise<{ value: T; spent: Spent }> {
  const frame: Frame = { inner: 0 };
  const start = performance.now();
  const { rss } = process.memoryUsage();
  const peakBefore = process.resourceUsage().maxRSS;
  let most = rss;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 100);
  timer.unref();
  open.push(frame);
  try {
    const value = await work();
    look();
    // A new peak of the whole process lies in this work, even where no look caught it.
    const peak = process.resourceUsage().maxRSS;
    if (peak > peakBefore) most = Math.max(most, peak * 1024);
    const seconds = (performance.now() - start) / 1000 - frame.inner;
    return {
      value,
      spent: { seconds: Math.round(seconds * 100) / 100, megabytes: Math.round((most - rss) / 2 ** 20) },
    };
  } finally {
    clearInterval(timer);
    open.splice(open.indexOf(frame), 1);
    const outer = open.at(-1);
    if (outer) outer.inner += (performance.now() - start) / 1000;
  }
}
