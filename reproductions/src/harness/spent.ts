/** What a claim cost, in a process that it shares with others. */
export interface Spent {
  seconds: number;
  /** By how much resident memory rose above where it stood when the claim began, at most. */
  megabytes: number;
}

/** Starts to count; the function it gives stops and tells. */
export function startSpending(): () => Spent {
  const start = performance.now();
  const { rss } = process.memoryUsage();
  const peakBefore = process.resourceUsage().maxRSS;
  let most = rss;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 100);
  timer.unref();
  return () => {
    clearInterval(timer);
    look();
    // A new peak of the whole process lies in this claim, even where no look caught it.
    const peak = process.resourceUsage().maxRSS;
    if (peak > peakBefore) most = Math.max(most, peak * 1024);
    return { seconds: (performance.now() - start) / 1000, megabytes: (most - rss) / 2 ** 20 };
  };
}
