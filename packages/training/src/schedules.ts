/** The learning rate of a step; steps count from 1. Pure, so that a resumed run needs no state. */
export type Schedule = (step: number) => number;

export interface WarmUpOptions {
  /** Highest rate, reached at step `warmUp`. */
  peak: number;
  /** Steps of linear growth from `peak / warmUp`; 0 starts at the peak. */
  warmUp?: number;
  /** The last step of the run. */
  steps: number;
  /** Rate at the last step, as a share of the peak. Default 0. */
  final?: number;
}

function checked({ peak, warmUp = 0, steps, final = 0 }: WarmUpOptions): Required<WarmUpOptions> {
  if (!(peak > 0 && Number.isFinite(peak))) throw new Error(`peak is ${peak}; a learning rate is a positive number`);
  if (!(Number.isInteger(steps) && steps > 0)) throw new Error(`steps is ${steps}; expected a positive integer`);
  if (!(Number.isInteger(warmUp) && warmUp >= 0 && warmUp <= steps))
    throw new Error(`warmUp is ${warmUp}; expected an integer of [0, steps = ${steps}]`);
  if (!(final >= 0 && final <= 1)) throw new Error(`final is ${final}; expected a share of the peak in [0, 1]`);
  return { peak, warmUp, steps, final };
}

/** Linear growth over `warmUp` steps, then `shape` falling from 1 to 0 on the rest. */
function warmThen(options: WarmUpOptions, shape: (progress: number) => number): Schedule {
  const { peak, warmUp, steps, final } = checked(options);
  return (step) => {
    if (step < warmUp) return (peak * step) / warmUp;
    const progress = steps === warmUp ? 0 : Math.min(1, (step - warmUp) / (steps - warmUp));
    return peak * (final + (1 - final) * shape(progress));
  };
}

/** The same rate at every step. */
export const constantSchedule = (rate: number): Schedule => {
  checked({ peak: rate, steps: 1 });
  return () => rate;
};

/** Linear warm-up, then linear decay to `final` · peak at the last step (Devlin et al. 2019, appendix A.2). */
export const linearSchedule = (options: WarmUpOptions): Schedule => warmThen(options, (progress) => 1 - progress);

/** Linear warm-up, then half a cosine down to `final` · peak (Loshchilov & Hutter 2017, eq. 5, without restarts). */
export const cosineSchedule = (options: WarmUpOptions): Schedule =>
  warmThen(options, (progress) => (1 + Math.cos(Math.PI * progress)) / 2);
