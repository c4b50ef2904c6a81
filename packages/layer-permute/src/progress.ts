export interface SweepProgress {
  /** Applications of a block so far, and in all. */
  done: number;
  total: number;
  /** done / total, from 0 to 1. */
  share: number;
  /** Milliseconds since the start. */
  elapsed: number;
  /** Milliseconds left at the speed since the first application, which may compile; absent until there is a second. */
  remaining?: number;
}

/** Counts applications, and says how many are left. `now` is a steady clock in milliseconds. */
export function progressMeter(total: number, now: () => number = () => performance.now()) {
  const started = now();
  let first = started;
  let done = 0;
  return {
    count(): void {
      if (done++ === 0) first = now();
    },
    read(): SweepProgress {
      const time = now();
      const share = total === 0 ? 1 : done / total;
      const remaining = done === total ? 0 : ((time - first) / (done - 1)) * (total - done);
      return { done, total, share, elapsed: time - started, ...((done > 1 || done === total) && { remaining }) };
    },
  };
}
