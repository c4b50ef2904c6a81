import type { ControlResult, JudgedCriterion, Status } from './schema';

/** What is said of one criterion with a status, and of several. */
const SAID: Record<Exclude<Status, 'holds'>, readonly [one: string, several: string]> = {
  fails: ['fails', 'fail'],
  'direction only': ['has the right sign, but less than matters', 'have the right sign, but less than matters'],
  open: ['is undecided', 'are undecided'],
  degenerate: ['could not be estimated', 'could not be estimated'],
  'not asserted': ['is not asserted at this size', 'are not asserted at this size'],
};

/** The parts that give a criterion its status, where it has others too. */
function where({ status, parts }: JudgedCriterion): string[] {
  const those = parts.filter((part) => part.status === status);
  if (those.length === parts.length) return [];
  return those.length > 4 ? [`${those.length} of ${parts.length} parts`] : those.map(({ label }) => label);
}

/** Why the verdict is what it is, in one sentence. */
export function reasonOf(criteria: readonly JudgedCriterion[], controls: readonly ControlResult[]): string {
  const failed = controls.find(({ outcome }) => outcome === 'failed');
  if (failed)
    return failed.kind === 'positive'
      ? `The control "${failed.name}" failed, so the measurement cannot be trusted.`
      : `Everything that is asserted also holds of the control "${failed.name}", so it says nothing about training.`;
  const total = criteria.length;
  const holding = criteria.filter(({ status }) => status === 'holds').length;
  if (holding === total)
    return total === 1 ? 'The criterion holds.' : total === 2 ? 'Both criteria hold.' : `All ${total} criteria hold.`;
  const first =
    total === 1
      ? []
      : [
          holding
            ? `${holding} of ${total} criteria ${holding === 1 ? 'holds' : 'hold'}`
            : total === 2
              ? 'Neither criterion holds'
              : `None of ${total} criteria holds`,
        ];
  const others = Object.entries(SAID).flatMap(([status, [one, several]]) => {
    const those = criteria.filter((criterion) => criterion.status === status);
    const places = [...new Set(those.flatMap(where))];
    const subject = total === 1 ? 'The criterion' : those.length;
    return those.length
      ? [`${subject} ${those.length === 1 ? one : several}${places.length ? ` (${places.join(', ')})` : ''}`]
      : [];
  });
  return `${[...first, ...others].join('; ')}.`;
}
