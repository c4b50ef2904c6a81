/** All that a claim file needs. */
export { type CheckControl, claim } from './claim';
export { above, atLeast, atMost, between, effect, exactly } from './criterion';
export * as draw from './draw';
export * as stat from './statistic';
