import type { Claim } from '../harness/claim-schema';
import { type Control, type Criterion, judge, verdictOf } from '../harness/verdict';

/** The record of the negative control that every measured claim has. */
export const untrainedRecord = (expected: string): Claim['controls'][number] => ({
  name: 'untrained model',
  kind: 'negative',
  description: 'The same criteria, asked of the untrained model of the same shape',
  expected,
});

/**
 * The untrained model must not come out as "reproduced": what holds without training is no finding about training. The detail
 * says which criteria hold there all the same.
 */
export function untrainedControl(criteria: readonly Criterion[], found: string): Control {
  const names = criteria.filter((criterion) => judge(criterion).status === 'holds').map(({ name }) => name);
  const detail = `${found}; ${names.length ? `holds there too: ${names.join(', ')}` : 'no criterion holds there'}`;
  return {
    name: 'untrained model',
    kind: 'negative',
    outcome: verdictOf(criteria, []) === 'reproduced' ? 'failed' : 'passed',
    detail,
  };
}
