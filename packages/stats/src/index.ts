export { type Alternative, binomialTest } from './binomial';
export { binomialProbability } from './binomial-probability';
export type { BootstrapInterval, BootstrapOptions } from './bootstrap';
export { bootstrapInterval } from './bootstrap-interval';
export { clusterBootstrap } from './cluster-bootstrap';
export { hierarchicalBootstrap } from './hierarchical-bootstrap';
export { type HypergeometricDraw, hypergeometricTail } from './hypergeometric';
export type { Interval } from './interval';
export type { Numbers } from './list';
export { mean } from './mean';
export { benjaminiHochberg, holm } from './multiplicity';
export { normalCdf, normalDensity, normalQuantile } from './normal';
export { pairedBootstrap } from './paired-bootstrap';
export { type McNemarTest, mcnemarTest, type SignTest, signTest } from './paired-tests';
export { pearson } from './pearson';
export {
  minimumDetectableEffect,
  type ProportionDesign,
  powerOfEffect,
  powerOfProportion,
  sampleSizeForMean,
  sampleSizeForProportion,
} from './power';
export { median, quantile } from './quantile';
export { randomIndex } from './random-index';
export { ranks } from './ranks';
export { seedFrom } from './seed';
export { shuffled } from './shuffled';
export { spearman, spearmanInterval } from './spearman';
export { sum } from './sum';
export { standardDeviation, variance } from './variance';
export { weightedGroupedMedian } from './weighted-grouped-median';
export { weightedMean } from './weighted-mean';
export { weightedQuantile } from './weighted-quantile';
export type { WeightedStatistic } from './weights';
export { type ProportionInterval, wilson } from './wilson';
