/**
 * What is measured on held-out rows.
 * - `gamma`: the linearity score, the mean cosine between target and prediction over rows.
 * - `gammaByCluster`: the mean over clusters of each one's mean cosine, as Zhao et al. report it.
 * - `coneSize`: the mean cosine between two targets, each with itself included.
 * - `gammaRatio`: (gamma − coneSize) / (1 − coneSize), 0 for a map no better than another row's target, 1 for a linear one.
 * - `gammaDiff`: gamma − coneSize.
 * - `r2`: 1 − Σ‖y − f(x)‖² / Σ‖y − mean‖².
 * - `medianR2`: the median over features of the same for each, which one outlier direction cannot raise.
 *
 * The paper's correction for the cone is not known; `gammaRatio` and `gammaDiff` are the two candidates.
 */
export const measures = ['gamma', 'gammaByCluster', 'coneSize', 'gammaRatio', 'gammaDiff', 'r2', 'medianR2'] as const;

export type Measure = (typeof measures)[number];
