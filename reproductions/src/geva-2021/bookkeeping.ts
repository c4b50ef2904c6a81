import type { Control } from '../harness/verdict';
import type { Subject } from './subject';

/** The record of the control that every composition claim has: what must add up in any such model does. */
export const bookkeepingRecord = {
  name: 'bookkeeping',
  kind: 'positive',
  description:
    'r + y is the sum that goes on, in every layer and model, and top(o) of the last layer is the model’s own argmax',
  expected: 'no difference beyond float32 rounding',
} as const;

export function bookkeepingControl({ trained, untrained, shuffled }: Subject): Control {
  const found = [trained, untrained, shuffled].map(({ bookkeeping }) => bookkeeping);
  const sum = Math.max(...found.map((each) => each.sum));
  const wrong = found.reduce((total, { argmaxDisagreements }) => total + argmaxDisagreements, 0);
  const checked = found.reduce((total, each) => total + each.checked, 0);
  return {
    name: 'bookkeeping',
    kind: 'positive',
    // One rounded addition: a few units in the last place of float32.
    outcome: sum < 1e-5 && wrong === 0 ? 'passed' : 'failed',
    detail: `the sum is off r + y by at most ${sum.toExponential(0)} of the largest value; ${wrong} of ${checked} predictions differ from the model's own`,
  };
}
