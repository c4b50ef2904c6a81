import { above, atLeast, between, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { ends, learned, SHIFTS, toyLinearities } from '../materials/toy-linearity';

export default claim('zhao-2021/a14-toy-net', {
  title: 'The measure of linearity is right where the answer is known',
  locator: 'in the authors’ code; what the paper reports of it could not be read',
  says: 'A check of the measure on a toy net: how well the best linear map of the pixels gives the hidden ReLUs of a net of digits.',
  kind: 'toy-nets',
  estimand:
    'R² on other digits of the affine map that fits the hidden ReLUs best, as they are and with 1 and 3 standard deviations added to their biases',
  material: toyLinearities,
  restsOn: ['NL1', 'NL4', 'NL7'],
  measure: ({ nets, units }) => ({
    nets,
    // [shift][net]
    r2: SHIFTS.map((shift, i) =>
      nets.map(({ hidden }, net) =>
        stat.statistic(units, `net ${net + 1}, biases + ${shift} sd`, hidden[i]!.weighted('r2')),
      ),
    ),
  }),
  criteria: ({ r2 }) => ({
    between: [
      'As they are, the ReLUs are neither linear nor lost: R² between 0.4 and 0.9',
      between([0.4, 0.9], r2[0]!, effect(0.02, 'of R²')),
    ],
    rises: [
      'The more of them are always on, the more linear they are',
      above(
        0,
        r2.slice(1).flatMap((more, i) => stat.excess(more, r2[i]!)),
        effect(0.01, 'of R²'),
      ),
    ],
    linear: [
      'With 3 standard deviations added, R² is at least 0.98',
      atLeast(0.98, r2.at(-1)!, effect(0.005, 'of R²')),
    ],
  }),
  headline: ({ r2 }) => ['R² of the hidden ReLUs, first net', '', r2[0]![0]!],
  detail: ({ r2 }) => `R² ${r2.map((nets) => stat.list(nets, 3)).join('; ')}`,
  sentence: ({ ours: { r2 }, untrained }) =>
    `R² of the hidden ReLUs is ${stat.list(r2[0]!, 3)}; with ${SHIFTS.slice(1).join(' and ')} standard deviations added to their biases ${r2
      .slice(1)
      .map((nets) => stat.list(nets, 3))
      .join('; ')}. Untrained ${untrained.r2.map((nets) => stat.list(nets, 3)).join('; ')}.`,
  controls: [untrained.shownOnly('the measure is to work for any weights', 'the same'), ends, learned],
  table: ({ ours: { nets } }) => ({
    title: 'Measures by net and shift of the biases',
    columns: ['net', 'standard deviations', 'γ~', 'γ', 'cone', 'R²', 'median R² of features'],
    rows: nets.flatMap(({ hidden }, net) =>
      hidden.map((scorer, i) => {
        const { gammaRatio, gamma, coneSize, r2, medianR2 } = scorer.scores();
        return [net + 1, SHIFTS[i]!, gammaRatio, gamma, coneSize, r2, medianR2];
      }),
    ),
  }),
});
