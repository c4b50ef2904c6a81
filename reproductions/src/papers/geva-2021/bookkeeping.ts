import type { CheckControl } from '../../claim/claim';
import type { Readings } from './materials/readings';

/** A control of every claim about predictions: what must add up in any such model does. */
export const bookkeeping: CheckControl<Readings, unknown> = {
  record: {
    name: 'bookkeeping',
    kind: 'positive',
    description:
      'y is what the cells add up to and r + y the sum that goes on, in every layer and model, and top(o) of the last layer is the model’s own argmax',
    expected: 'no difference beyond float32 rounding',
  },
  check(materials) {
    const kept = materials.map(({ bookkeeping }) => bookkeeping);
    const sum = Math.max(...kept.map((each) => each.sum));
    const memory = Math.max(...kept.map((each) => each.memory));
    const wrong = kept.reduce((total, { argmaxDisagreements }) => total + argmaxDisagreements, 0);
    const checked = kept.reduce((total, each) => total + each.checked, 0);
    return {
      // One rounded addition: a few units in the last place of float32. Sums over cells round more; another point is off by its size.
      passed: sum < 1e-5 && memory < 1e-3 && wrong === 0,
      detail: `y is off the sum of its cells by at most ${memory.toExponential(0)} of the largest value, the sum is off r + y by at most ${sum.toExponential(0)} of the largest value; ${wrong} of ${checked} predictions differ from the model's own`,
    };
  },
};

/** C10's share at the last layer, computed by the cases of C12. */
export const crossCheck: CheckControl<Readings, unknown> = {
  record: {
    name: 'cross-check with C10',
    kind: 'positive',
    description: 'At the last layer residual + agreement is the share of residual hits, computed by another path',
    expected: 'equal to the prefix',
  },
  check([trained]) {
    const { r, cases } = trained!.layers.at(-1)!;
    const hits = r.filter((token, i) => token === trained!.final[i]).length;
    const kept = cases.filter((each) => each === 'residual' || each === 'agreement').length;
    return { passed: hits === kept, detail: `${kept} prefixes by cases, ${hits} by residual hits` };
  },
};
