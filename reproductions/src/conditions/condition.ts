import type { ControlRecord } from '../claim/schema';
import type { Specimen } from '../subjects/specimen';

/** A transform of a trained model that serves as a negative control. */
export interface Condition {
  id: string;
  /** Name of the control. */
  name: string;
  /** What it is, after "The same criteria, asked of …". */
  model: string;
  apply(specimen: Specimen, seed: number): Specimen;
  /** What is said beside what was measured there; `start` is how an untrained twin of the model starts. */
  note?(model: { start: string }): string;
}

/** What a claim makes of a condition. */
export interface ConditionControl {
  condition: Condition;
  record: ControlRecord;
  /** Whether meeting all asserted criteria there takes the verdict away. */
  judged: boolean;
}

const controlOf =
  (condition: Condition, judged: boolean) =>
  (expected: string, say: string): ConditionControl => ({
    condition,
    judged,
    record: {
      name: condition.name,
      kind: 'negative',
      description: `The same criteria, asked of ${condition.model}; ${say}`,
      expected,
    },
  });

/** A condition with the two ways in which a claim can use it as a control. */
export const condition = (of: Condition) => ({
  ...of,
  /** What holds there as well is no finding about the trained model. */
  mustNotReproduce: (expected: string) =>
    controlOf(of, true)(expected, 'it may not meet all of those that are asserted'),
  /** Shown beside the claim, for a reason, without a say in its verdict. */
  shownOnly: (why: string, expected: string) =>
    controlOf(of, false)(expected, `shown without a say in the verdict: ${why}`),
});
