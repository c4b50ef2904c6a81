import type { Bench } from '../../../materials/material';

/** Longest stretch of text: with [CLS] and [SEP], the positions of the shipped models. */
export const LONGEST = 62;

/** Where the expectations behind the criteria come from. */
export const SOURCE =
  'Direction: the paper, whose curves could not be read. Margins: a calibration run on another small model (6 layers of width 96, characters), measured before these models existed.';

export const STRETCH_INTERVALS =
  'hierarchical bootstrap (BCa) over addresses, then stretches of text, 4,000 resamples or more; intervals read together are corrected by Bonferroni';

/** How the models and the text differ from the paper's. */
export const deviationsOf = ({ scale }: Pick<Bench, 'scale'>): string[] => [
  scale === 'mini'
    ? 'Ours: a BERT of 6 layers and width 128, pre-trained on State of the Union addresses, read on held-out ones. The paper: BERT-base with 12 layers, on a tenth of MNLI.'
    : 'Ours: the model as it is, read on State of the Union addresses. The paper: BERT-base with 12 layers, on a tenth of MNLI.',
];
