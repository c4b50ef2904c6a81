import type { Claim } from '../harness/claim-schema';
import { type Control, type Criterion, judge, verdictOf } from '../harness/verdict';
import type { Controls } from './models';

type Name = keyof Controls<unknown>;

const abouts: Record<Name, { name: string; model: string }> = {
  untrained: { name: 'untrained model', model: 'the untrained model of the same shape' },
  shuffled: {
    name: 'shuffled pairs',
    model: 'the trained model, its values dealt out anew among the keys of their layer',
  },
};
const names = Object.keys(abouts) as Name[];

/** What is expected of a control, and, where it has no say in the verdict, why it has none. */
interface Expectation {
  expected: string;
  reported?: string;
}

/** What a control was found to do; `criteria` are the claim's, asked of it. */
interface Found {
  criteria?: readonly Criterion[];
  detail: string;
}

export const COMPARED = 'it is a part of what the claim compares';
export const KEYS_ALONE = 'a key does not know its value, so the claim is not expected to break';
export const STREAM = 'the residual stream goes on adding up whatever is written, so the claim need not break';

/**
 * The negative controls of every measured claim: the model without training, and the trained model whose keys meet other
 * values. Neither may come out as "reproduced", criteria that cannot be asserted at this scale left out: what holds without
 * training, or whatever a key is paired with, is no finding about it.
 */
export function negativeControls(expectations: Record<Name, Expectation>) {
  return {
    records: names.map((which): Claim['controls'][number] => {
      const { expected, reported } = expectations[which];
      const { name, model } = abouts[which];
      const say = reported
        ? `shown without a say in the verdict: ${reported}`
        : 'it may not meet all of those that are asserted';
      return { name, kind: 'negative', description: `The same criteria, asked of ${model}; ${say}`, expected };
    }),
    outcomes: <T>(models: Controls<T>, find: (model: T, which: Name) => Found): Control[] =>
      names.map((which) => {
        const { criteria, detail } = find(models[which], which);
        const judged = !expectations[which].reported && assertedOf(criteria!).length > 0;
        return {
          name: abouts[which].name,
          kind: 'negative',
          outcome: !judged ? 'reported' : comesOut(criteria!) ? 'failed' : 'passed',
          detail: criteria ? `${detail}; ${heldBy(criteria)}` : detail,
        };
      }),
  };
}

const assertedOf = (criteria: readonly Criterion[]) => criteria.filter(({ kind }) => kind !== 'not asserted');

const comesOut = (criteria: readonly Criterion[]): boolean => verdictOf(assertedOf(criteria), []) === 'reproduced';

function heldBy(criteria: readonly Criterion[]): string {
  if (assertedOf(criteria).length === 0) return 'nothing is asserted of it at this scale';
  const held = criteria.filter((criterion) => judge(criterion).status === 'holds').map(({ name }) => name);
  return held.length ? `holds there too: ${held.join(', ')}` : 'no criterion holds there';
}
