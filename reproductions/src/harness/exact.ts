import type { Criterion } from './verdict';

/** A criterion of whole numbers that must agree to the unit: the count of disagreements is zero. */
export function agree(
  name: string,
  statement: string,
  rows: readonly { label: string; found: number; expected: number }[],
): Criterion {
  return {
    name,
    statement,
    kind: 'exact',
    value: 0,
    level: 1,
    parts: rows.map(({ label, found, expected }) => {
      const off = found - expected;
      return { label: `${label}, difference`, estimate: off, interval: [off, off] };
    }),
  };
}
