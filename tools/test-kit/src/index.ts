export { matrix, permutation, shape, values } from './arbitraries';
export { type TestBackend, useBackend } from './backend';
export { expectConservesTensors } from './conserve-tensors';
export { seededRandom } from './random';
export { runReadme } from './readme';
export { shared, sharedFolder } from './shared';
export { tolerance } from './tolerances';
