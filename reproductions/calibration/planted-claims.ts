import { plantedCellClaims } from './geva-2021/cells';
import { plantedKeyClaims } from './geva-2021/keys';
import { plantedPrefixClaims } from './geva-2021/prefixes';
import { plantedMapClaims } from './kobayashi-2024/changed-maps';
import { plantedMixingClaims } from './kobayashi-2024/mixing';
import type { PlantedClaim } from './planted';
import { plantedOrderClaims } from './zhao-2021/reordered';
import { plantedTrainingClaims } from './zhao-2021/trained-further';

/**
 * Claims of each kind of statistic, paper by paper. Not planted are
 *
 * - exact claims and algebra (C0, A6, B2, D0), which have no interval, and derived claims (A13, B6, B7, D5), whose parts are verdicts;
 * - claims with the statistic of a planted one: C1, C2, C5, C8, C9 and C13 (shares and medians: C4, C6, C10, C3), A4, A5, A7, A11,
 *   A12, A15 and the training of A10 (points lost: both of A8), states moved by A4, A5, A8, A9 and A10 (means by order: A9);
 * - claims with a statistic that nothing draws yet: A1 to A3 (R² of maps), A14 (nets of their own), B1 and B3 (seeds of fine-tuning,
 *   times), B4 and B8 (CKA), B5 and B9 (probes), the typed pairs of D2 (the top of a list) and D4 (counts of layers).
 */
export const plantedClaims: readonly PlantedClaim[] = [
  ...plantedPrefixClaims,
  ...plantedCellClaims,
  ...plantedKeyClaims,
  ...plantedTrainingClaims,
  ...plantedOrderClaims,
  ...plantedMapClaims,
  ...plantedMixingClaims,
];
