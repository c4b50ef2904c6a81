import { weightedMean } from '@interlayer/stats';
import { type CheckControl, type Claim, type ClaimSpec, claim, type Sample } from '../../src/claim/claim';
import { above, effect } from '../../src/claim/criterion';
import type { Scale } from '../../src/claim/schema';
import { independent, type Statistic, statistic } from '../../src/claim/statistic';
import { untrained } from '../../src/conditions';
import { type Bench, material } from '../../src/materials/material';
import { Store } from '../../src/run/store';

const UNITS = 40;

/** The mean of `first` and of `second` in the trained model and under each condition. */
export type Means = Record<string, { first: number; second: number }>;
export type Toy = Sample & { first: number[]; second: number[] };
export interface ToyMeasured {
  first: Statistic;
  second: Statistic;
}

/** Numbers around a mean: standard error 0.067. */
const around = (mean: number): number[] => Array.from({ length: UNITS }, (_, i) => mean + 0.3 * ((i % 5) - 2));

/** A material that needs no model: made anew for each condition, of numbers around the means given for it. */
export const toyMaterial = (means: Means) =>
  material<Toy>({
    name: 'toy',
    needs: [],
    sample: `${UNITS} numbers`,
    source: 'nowhere',
    make: async ({ condition }) => ({
      first: around(means[condition]!.first),
      second: around(means[condition]!.second),
      units: independent(UNITS, 'bootstrap over numbers'),
      dropped: [{ count: 2, why: 'too long' }],
      deviations: ['numbers instead of models'],
    }),
  });

export type ToySpec = ClaimSpec<Toy, ToyMeasured>;

/** Two means are asked to exceed 0 by more than 0.5. */
export const toyClaim = (means: Means, change: Partial<ToySpec> = {}): Claim =>
  claim('toy-2000/c1-above', {
    title: 'Numbers are positive',
    locator: 'section 0',
    says: 'All means exceed zero.',
    estimand: 'mean of the numbers',
    material: toyMaterial(means),
    measure: ({ units, first, second }) => ({
      first: statistic(units, 'first', weightedMean(first)),
      second: statistic(units, 'second', weightedMean(second)),
    }),
    criteria: ({ first, second }) => ({
      first: ['The first exceeds zero', above(0, [first], effect(0.5, 'points', 'half a point'))],
      second: ['The second exceeds zero', above(0, [second], effect(0.5, 'points'))],
    }),
    headline: ({ first }) => ['mean of the first', 'points', first],
    sentence: ({ ours, names }) => `${names.subject}: ${ours.first.label}.`,
    detail: ({ first }) => `${first.label} was measured`,
    controls: [untrained.mustNotReproduce('means of zero')],
    ...change,
  });

export const names = {
  subject: 'toy',
  ours: 'toy, 0 layers',
  untrained: 'toy, untrained',
  shuffled: 'toy, shuffled',
  start: '',
};

/** A real bench without a model. */
export const toyBench = (scale: Scale = 'checkpoint'): Bench => {
  const settings = { seed: 1, threads: 1, out: '/nowhere', resume: false };
  return new Store(undefined, scale, settings, 'toy').bench().bench;
};

export const check = (
  name: string,
  check: CheckControl<Toy, ToyMeasured>['check'],
): CheckControl<Toy, ToyMeasured> => ({
  record: { name, kind: 'positive', description: 'What must add up does', expected: 'no difference' },
  check,
});
