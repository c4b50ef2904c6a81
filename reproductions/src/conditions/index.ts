import { permutedWeights } from './permuted-weights';
import { shuffledPairs } from './shuffled-pairs';
import { untrained } from './untrained';

export { permutedWeights, shuffledPairs, untrained };

/** All transforms of a trained model that claims use as controls. */
export const conditions = [untrained, shuffledPairs, permutedWeights];
