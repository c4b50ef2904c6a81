export const PAPER = 'arXiv 2302.00456 v3';

/** Where the expectations behind the criteria come from. */
export const SOURCE =
  'Direction: the paper, of which only the opening could be read, and its reviews. Thresholds: ours, set on other small models (a masked one of 4 layers, a causal one of 6, the encoder of a BERT-tiny) before these were measured.';

/** How intervals are made. */
export const UNITS =
  'hierarchical bootstrap (BCa) over texts, then sequences, 4,000 resamples or more; intervals read together are corrected by Bonferroni';

/** How models and text differ from the paper's, and what was done about special tokens. */
export const deviationsOf = ({ masked, length, text }: { masked: boolean; length: number; text: string }): string[] => [
  `Read: stretches of ${length} tokens of ${text}, none of them masked. The paper: excerpts of Wikipedia of 122 tokens on average, 12 % of them replaced by [MASK], and SST-2.`,
  masked
    ? '[CLS] and [SEP] are read by the model, and left out of what is measured: as targets and as sources of a map.'
    : 'No special token is read. Of a map only the lower triangle with its diagonal counts: the rest is 0 in a causal model.',
];
