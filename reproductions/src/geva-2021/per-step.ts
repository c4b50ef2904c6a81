/** Thresholds for the step from one layer to the next are set for six layers; a deeper model climbs in smaller steps. */
export const perStep = (depth: number): number => Math.min(1, 6 / depth);
