import { weightedQuantile } from '@interlayer/stats';
import { plainly, type Statistic, statistic } from '../../claim/statistic';
import type { StepTimes } from './materials/step-times';

/**
 * The quantile that stands for a step that nothing disturbed. With seven other processes a core, the medians of two models of one shape
 * were up to 27 % apart, and these about 3 %.
 */
const FAST = 0.1;

/** What claims say of the times of steps; all as shares of the full model's, in percent. */
export type StepSavings = ReturnType<typeof savingsOf>;

export function savingsOf({ times, flops, units }: Pick<StepTimes, 'times' | 'flops' | 'units'>) {
  const undisturbed = (model: keyof typeof times) => weightedQuantile(times[model], FAST);
  const saved = (label: string, model: keyof typeof times): Statistic => {
    const [own, full] = [undisturbed(model), undisturbed('base')];
    return statistic(units, label, (weights) => 100 * (1 - own(weights) / full(weights)));
  };
  const bounds = { half: 100 * (1 - flops['half-ffn'] / flops.base), none: 100 * (1 - flops['no-ffn'] / flops.base) };
  const [half, none] = [saved('half of the blocks', 'half-ffn'), saved('none of the blocks', 'no-ffn')];
  const beyond = ({ label, of }: Statistic, bound: number) => statistic(units, label, (weights) => of(weights) - bound);
  return {
    half,
    none,
    bounds,
    beyond: [beyond(half, bounds.half), beyond(none, bounds.none)],
    /** A second model of the full shape. */
    again: saved('another full model', 'seed-2'),
    texts: [half, none].map((each) => plainly(each).toFixed(0)),
  };
}
