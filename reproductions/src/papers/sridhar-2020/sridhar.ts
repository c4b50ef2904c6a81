/** Where all claims that the abstract makes stand. */
export const ABSTRACT = 'arXiv 2012.11881 v2, abstract';
/** What stands in place of the paper's numbers. */
export const NO_NUMBERS = 'The paper’s tables could not be read: the rules are ours, fixed before measuring.';
