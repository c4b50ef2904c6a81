/** What a benchmark is run with. */
export interface BenchContext {
  /** Thread counts to try, e.g. [1, 2]. */
  threads: readonly number[];
  rounds: number;
  /** A Python with PyTorch, if there is one. */
  python: string | undefined;
}

export interface BenchResult {
  title: string;
  unit: string;
  /** Medians by contestant, in `unit`. */
  medians: Record<string, number>;
  /** Ratios of medians from this run, by name; larger is better for the first-named. */
  ratios: Record<string, number>;
  /** The least that ratios must reach, by their names: what was promised before anything was measured. */
  bars?: Record<string, number>;
  /** Anything else worth keeping: versions, losses, intervals. */
  notes: Record<string, unknown>;
}

/** What a contestant does in every run. */
export interface Job {
  /** One run; resolves to its loss, or to another number that shows that all contestants computed the same. */
  run(): Promise<number | undefined>;
  close(): void | Promise<void>;
}

export interface Benchmark {
  name: string;
  run(context: BenchContext): Promise<BenchResult>;
}
