/** 1 − coneSize below it is what rounding leaves of 0. */
const ROUNDING = 1e-12;

/** (gamma − coneSize) / (1 − coneSize), the normalised linearity score; NaN where all targets point the same way. */
export const gammaRatio = (gamma: number, coneSize: number): number =>
  1 - coneSize > ROUNDING ? (gamma - coneSize) / (1 - coneSize) : Number.NaN;

/** gamma − coneSize, the other candidate for the paper's normalised score. */
export const gammaDiff = (gamma: number, coneSize: number): number => gamma - coneSize;
