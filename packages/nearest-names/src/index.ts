export { nearestNames } from './nearest-names';
