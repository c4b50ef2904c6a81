/** Where all claims that the abstract makes stand. */
export const ABSTRACT = 'arXiv 2012.11881 v2, abstract';
/** What stands in place of the paper's numbers. */
export const NO_NUMBERS = 'The paper’s tables could not be read: the rules are ours, fixed before measuring.';

/** What speaks against the claims elsewhere. */
export const CONTRARY = {
  cramming:
    'At a fixed budget of one day, Geiping and Goldstein (“Cramming”, arXiv 2212.14034) found no improvement from leaving out feed-forward blocks.',
  zhao: 'Zhao et al. (2021) call feed-forward blocks important; but there, too, leaving them out hurts less than leaving out attention.',
  cka: 'CKA can be moved without changing behaviour and follows directions of outliers (Davari et al. 2022, arXiv 2210.16156).',
};
