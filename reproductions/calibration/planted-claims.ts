import { plantedCellClaims } from './geva-2021/cells';
import { plantedKeyClaims } from './geva-2021/keys';
import { plantedPrefixClaims } from './geva-2021/prefixes';
import { plantedMapClaims } from './kobayashi-2024/changed-maps';
import { plantedMixingClaims } from './kobayashi-2024/mixing';
import type { PlantedClaim } from './planted';
import { plantedOrderClaims } from './zhao-2021/reordered';
import { plantedTrainingClaims } from './zhao-2021/trained-further';

/** Claims of each kind of statistic, paper by paper. */
export const plantedClaims: readonly PlantedClaim[] = [
  ...plantedPrefixClaims,
  ...plantedCellClaims,
  ...plantedKeyClaims,
  ...plantedTrainingClaims,
  ...plantedOrderClaims,
  ...plantedMapClaims,
  ...plantedMixingClaims,
];
