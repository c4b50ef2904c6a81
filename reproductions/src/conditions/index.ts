export { shuffledPairs } from './shuffled-pairs';
export { untrained } from './untrained';
