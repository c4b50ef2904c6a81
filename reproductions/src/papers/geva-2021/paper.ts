import type { Paper } from '../paper';

export default {
  id: 'geva-2021',
  authors: 'Geva, Schuster, Berant, Levy',
  year: 2021,
  title: 'Transformer Feed-Forward Layers Are Key-Value Memories',
  url: 'https://arxiv.org/abs/2012.14913',
  subjects: ['mini-gpt'],
} satisfies Paper;

export const PAPER = 'arXiv 2012.14913 v2';

/** The legend of the paper's own lines. */
export const LEGEND = 'paper, 16 layers';

/** Where the paper's numbers come from. */
export const PAPER_NOTE =
  "The paper prints no numbers for this figure; its values are read from the figure's own coordinates.";

/** Legend and note of figures with boxes over prefixes. */
export const QUARTILES = {
  legend: LEGEND,
  note: `Shaded: first to third quartile over prefixes. Whiskers: 95 % interval of the median. ${PAPER_NOTE}`,
};

/** What the specification measured on a small model of this kind; the source of every band at scale mini. */
export const SOURCE =
  'Direction: the paper. What can be asserted at this size: a pilot on another small model (6 layers, 512 cells, English Wikipedia), one seed, measured before this model existed.';

/** Reasons for which a control has no say in a verdict. */
export const COMPARED = 'it is a part of what the claim compares';
export const KEYS_ALONE = 'a key does not know its value, so the claim is not expected to break';
export const STREAM = 'the residual stream keeps adding up whatever is written, so the claim need not break';

/** Thresholds for the step from one layer to the next are set for six layers; a deeper model climbs in smaller steps. */
export const perStep = (layers: number): number => Math.min(1, 6 / layers);
