import type { Estimate } from '../../claim/estimator';
import { fixed } from '../../claim/statistic';

/** Where all claims that the abstract makes stand. */
export const ABSTRACT = 'arXiv 2012.11881 v2, abstract';
/** What stands in place of the paper's numbers. */
export const NO_NUMBERS = 'The paper’s tables could not be read: the rules are ours, fixed before measuring.';

/** "84.2 (82.9 to 85.6)". */
export const withEnds = ({ estimate, interval }: Pick<Estimate, 'estimate' | 'interval'>): string =>
  `${fixed(estimate ?? Number.NaN, 1)} (${interval.map((end) => fixed(end ?? Number.NaN, 1)).join(' to ')})`;
