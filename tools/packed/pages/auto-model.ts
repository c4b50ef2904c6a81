import { fromPretrained } from '@interlayer/auto-model';
import '@tensorflow/tfjs-backend-cpu';

/** Loading is refused in the browser; under Node no folder of this name exists. */
export const run = (): Promise<number[]> =>
  fromPretrained('./no-such-folder').then(
    () => [1],
    () => [0],
  );
