import { expect, it } from 'vitest';
import { type TrainOptions, train } from '../src/index';

// Nothing here loads the union package, so tfjs-core stands alone, as it does in a user's program.
it('says what to import when tfjs has no gradients', async () => {
  // biome-ignore lint/suspicious/noExplicitAny: refused before anything is looked at
  await expect(train({} as TrainOptions<any>)).rejects.toThrow(/no gradients registered.*@tensorflow\/tfjs/);
});
