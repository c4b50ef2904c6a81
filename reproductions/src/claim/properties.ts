import fc from 'fast-check';
import { type Criteria, exactly } from './criterion';

/** A property of a specification, as an asynchronous fast-check property that needs no test runner. */
export interface Property {
  id: string;
  statement: string;
  property: fc.IAsyncProperty<unknown>;
}

interface Checked extends Pick<Property, 'id' | 'statement'> {
  failed: boolean;
}

/** Looks for a counterexample to each property among so many random cases. */
export async function checkProperties(
  properties: readonly Property[],
  { seed, runs }: { seed: number; runs: number },
): Promise<{ checked: Checked[]; failed: string[] }> {
  const checked: Checked[] = [];
  for (const { id, statement, property } of properties) {
    const { failed } = await fc.check(property, { seed, numRuns: runs });
    checked.push({ id, statement, failed });
  }
  return { checked, failed: checked.filter(({ failed }) => failed).map(({ id }) => id) };
}

/** No property has a counterexample. */
export const noCounterexample = ({ checked }: { checked: readonly Checked[] }): Criteria =>
  Object.fromEntries(
    checked.map(({ id, statement, failed }) => [
      id,
      [`${id}: ${statement}`, exactly([{ label: 'counterexamples', count: failed ? 1 : 0 }])],
    ]),
  );
