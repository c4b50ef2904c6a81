/** Where progress goes: `process.stderr`, or anything that can be written to. */
export interface ProgressStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export interface ProgressOptions {
  stream: ProgressStream;
  /** First word of the line. */
  name: string;
  steps: number;
  /** The step after which the run starts: 0, or that of the checkpoint. */
  from: number;
  tokensPerStep?: number;
  /** Milliseconds between lines if the stream is not a terminal (a terminal is redrawn ten times a second). */
  interval?: number;
  /** Milliseconds of a steady clock. */
  now?: () => number;
}

const pad = (value: number) => String(value).padStart(2, '0');

/** Seconds as `42 s`, `3 min 05 s` or `2 h 07 min`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${pad(s % 60)} s`;
  return `${Math.floor(s / 3600)} h ${pad(Math.floor((s % 3600) / 60))} min`;
}

const thousands = (value: number) =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');

/** One line with progress, speed and time left: redrawn on a terminal, printed now and then elsewhere. */
export function createProgress({
  stream,
  name,
  steps,
  from,
  tokensPerStep,
  interval = 10_000,
  now = () => performance.now(),
}: ProgressOptions) {
  let started: number | undefined;
  let counted = from;
  let drawn = Number.NEGATIVE_INFINITY;
  let open = false;
  const clear = () => {
    if (open) stream.write('\r\x1b[2K');
    open = false;
  };
  return {
    /** Reports a finished step. */
    step(step: number, { loss, rate }: { loss: number; rate: number }) {
      const time = now();
      // The first step includes compilation; speed is counted from its end.
      if (started === undefined) {
        started = time;
        counted = step;
      }
      const last = step === steps;
      if (!last && time - drawn < (stream.isTTY ? 100 : interval)) return;
      drawn = time;
      const perSecond = step > counted ? ((step - counted) * 1000) / (time - started) : undefined;
      const parts = [
        `${name}  step ${thousands(step)}/${thousands(steps)} (${Math.floor((100 * step) / steps)} %)`,
        `loss ${loss.toFixed(3)}`,
        `rate ${rate.toExponential(2)}`,
        perSecond &&
          (tokensPerStep ? `${thousands(perSecond * tokensPerStep)} tokens/s` : `${perSecond.toPrecision(3)} steps/s`),
        perSecond && !last && `${duration((steps - step) / perSecond)} left`,
      ].filter(Boolean);
      const line = parts.join('  ');
      if (stream.isTTY) {
        stream.write(`\r\x1b[2K${line.slice(0, (stream.columns ?? 120) - 1)}`);
        open = true;
      } else stream.write(`${line}\n`);
    },
    /** Prints a line of its own. */
    note(text: string) {
      clear();
      stream.write(`${text}\n`);
    },
    /** Leaves the cursor on a fresh line. */
    end() {
      if (open) stream.write('\n');
      open = false;
    },
  };
}
