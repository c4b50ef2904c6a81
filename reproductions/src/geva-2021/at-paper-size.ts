import type { Scale } from '../harness/claim-schema';
import type { Criterion } from '../harness/verdict';

/**
 * A criterion that the paper's claim has, and that a model of a few layers cannot be expected to meet: at scale mini its
 * number is shown, and not judged; at every other scale it counts.
 */
export function atPaperSize(scale: Scale, why: string, criterion: Criterion): Criterion {
  if (scale !== 'mini') return criterion;
  const { name, statement, level, parts } = criterion;
  return { name, statement, level, parts, kind: 'not asserted', why };
}
