import { draw } from '../../claim';

/** Size of the paper's vocabulary; from the authors' code, the text says about 270,000. */
const VOCABULARY = 267_744;

/**
 * What the paper's figures show, layer 1 to 16, read from the coordinates of their vector graphics (exact to about ±0.1 of a
 * plotted unit; the paper prints none of these as numbers).
 */
export const figures = {
  /** Figure 2: triggers with shallow patterns only, with both kinds, with semantic ones only, and not covered, percent of 250. */
  patterns: [
    [55.6, 17.2, 8.4, 18.8],
    [70.8, 7.2, 5.6, 16.4],
    [49.2, 7.6, 11.2, 32.0],
    [32.8, 14.4, 18.0, 34.8],
    [36.4, 25.6, 13.2, 24.8],
    [49.2, 8.0, 8.8, 34.0],
    [26.8, 17.2, 31.6, 24.4],
    [55.6, 12.4, 7.6, 24.4],
    [62.8, 3.6, 13.2, 20.4],
    [29.2, 10.8, 38.0, 22.0],
    [14.4, 13.2, 50.4, 22.0],
    [25.6, 9.2, 34.8, 30.4],
    [18.0, 15.2, 48.0, 18.8],
    [13.2, 26.4, 25.2, 35.2],
    [18.4, 15.2, 44.4, 22.0],
    [10.4, 11.6, 44.0, 34.0],
  ],
  /** Figure 3: relative change of the coefficient when one token is left out, percent. */
  mutation: {
    first: [-17.7, -9.9, -8.0, -6.4, -9.4, -9.0, -8.4, -8.9, -8.6, -10.4, -7.0, -8.5, -7.3, -6.8, -8.1, -7.9],
    random: [
      -23.1, -19.7, -13.0, -14.0, -15.6, -14.9, -14.7, -17.0, -17.9, -16.4, -14.0, -13.8, -11.9, -11.7, -11.4, -14.1,
    ],
    last: [
      -71.7, -67.5, -67.1, -69.1, -67.7, -70.7, -71.9, -70.0, -68.8, -65.2, -57.8, -55.0, -47.9, -44.8, -49.1, -49.9,
    ],
  },
  /** Figure 4: cells whose value agrees, of 4,096; the bars are integers. */
  agreeingCells: [1, 0, 1, 0, 1, 4, 2, 3, 5, 2, 10, 24, 62, 86, 113, 144],
  /** Figure 5: rank of the next token among 267,744; the figure cuts the tail above about 30,000. */
  rank: {
    q1: [5731, 6472, 6371, 6646, 6545, 6312, 5469, 4478, 4250, 3986, 3108, 1915, 1088, 1025, 939, 680],
    median: [9611, 9888, 9912, 10220, 10230, 10110, 9525, 8492, 8223, 7632, 6947, 6051, 5261, 5613, 5455, 5139],
    q3: [
      13670, 14230, 13770, 13920, 14260, 14180, 13870, 12950, 12620, 11780, 11460, 11270, 10820, 10990, 11600, 11430,
    ],
  },
  /** Figure 6: agreement by bin of the value's largest probability, shares; the paper prints the bins' labels. */
  agreementByProbability: {
    labels: ['8.9e-5', '1.3e-4', '1.8e-4', '2.2e-4', '2.7e-4', '3.1e-4', '3.6e-4', '4e-4'],
    share: [0.002, 0.025, 0.148, 0.314, 0.571, 0.5, 1, 1],
  },
  /** Figure 7: share of active cells, percent. */
  active: {
    q1: [44.4, 43.4, 39.1, 35.5, 31.3, 25.8, 21.6, 16.1, 13.7, 11.1, 11.5, 12.1, 13.2, 14.5, 13.6, 11.1],
    median: [49.4, 54.6, 47.0, 40.4, 36.5, 29.3, 24.9, 18.2, 15.6, 12.4, 12.9, 14.1, 15.3, 16.4, 16.2, 13.8],
    q3: [55.9, 62.1, 56.8, 47.6, 41.7, 32.3, 27.2, 20.5, 17.8, 14.0, 14.7, 16.5, 17.2, 18.3, 19.4, 17.1],
  },
  /** Figure 8: prefixes with zero agreement, percent. */
  zeroAgreement: [86.1, 80.3, 87.0, 94.9, 75.8, 82.6, 81.8, 95.3, 92.2, 96.3, 93.4, 90.6, 85.0, 68.1, 73.4, 66.7],
  /** Figure 9: prefixes whose residual already points at the final token, percent. */
  residualHit: [2.6, 8.9, 24.1, 28.4, 30.7, 31.7, 34.0, 34.7, 38.3, 41.4, 46.0, 52.1, 60.7, 69.3, 77.8, 86.2],
  /** Figure 10: probability of the final token by the residual. */
  confidence: {
    q1: [0, 0, 0, 0.001, 0.001, 0.002, 0.003, 0.004, 0.006, 0.01, 0.017, 0.028, 0.047, 0.08, 0.113, 0.142],
    median: [0, 0.001, 0.002, 0.005, 0.008, 0.012, 0.016, 0.019, 0.025, 0.039, 0.059, 0.08, 0.13, 0.146, 0.208, 0.295],
    q3: [0.004, 0.007, 0.013, 0.025, 0.039, 0.057, 0.069, 0.077, 0.081, 0.087, 0.116, 0.16, 0.237, 0.33, 0.421, 0.484],
  },
  /** Figure 11: residual, agreement, composition, ffn, percent of 4,000 prefixes. */
  cases: [
    [49.55, 0, 50.45, 0],
    [72.07, 0.12, 27.8, 0],
    [79.17, 0.02, 20.72, 0.07],
    [83.6, 0.07, 16.25, 0.07],
    [88.25, 0, 11.72, 0.02],
    [88.67, 0.02, 11.25, 0.05],
    [89.12, 0.02, 10.85, 0],
    [86.37, 0, 13.62, 0],
    [86.77, 0, 13.2, 0.02],
    [86.25, 0.05, 13.67, 0.02],
    [86.55, 0.1, 12.95, 0.4],
    [83.45, 1.2, 14.35, 1.0],
    [82.7, 2.22, 14.35, 0.72],
    [83.0, 2.75, 13.45, 0.8],
    [84.3, 1.87, 13.32, 0.5],
    [83.32, 2.87, 13.35, 0.42],
  ],
} as const;

/** Figure 2: triggers that any pattern covers, percent. */
export const covered = figures.patterns.map(([, , , none]) => 100 - none);

/** Figure 11 with the fifth case, which it does not have. */
export const cases = figures.cases.map((row) => [...row, 0]);

/** Figure 4, percent of cells. */
export const agreeing = figures.agreeingCells.map((count) => (100 * count) / 4096);

/** Figure 5, percent of the vocabulary. */
export const ranks = draw.boxesOf(figures.rank, (rank) => (100 * rank) / VOCABULARY);

/** Figure 6: shares in percent, and the bins' labels as numbers. */
export const sharpness = {
  shares: figures.agreementByProbability.share.map((share) => [100 * share]),
  labels: figures.agreementByProbability.labels.map(Number),
};
