import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { metered } from '../../src/run/meter';

describe('metered work', () => {
  it('costs its own seconds, without those of metered work inside of it', async () => {
    let inner = { seconds: 0 };
    const { value, spent } = await metered(async () => {
      await wait(60);
      inner = (await metered(() => wait(200))).spent;
      return 'done';
    });
    expect(value).toBe('done');
    expect(inner.seconds).toBeGreaterThanOrEqual(0.19);
    expect(spent.seconds).toBeGreaterThanOrEqual(0.05);
    expect(spent.seconds).toBeLessThan(inner.seconds);
  });

  it('costs the memory by which it rose, even when it is free again at the end', async () => {
    const { spent } = await metered(async () => {
      let block: Uint8Array | undefined = new Uint8Array(200 * 2 ** 20).fill(1);
      // Long enough for memory to be looked at, whatever the process held before.
      await wait(300);
      block = undefined;
      return block;
    });
    expect(spent.megabytes).toBeGreaterThan(150);
    expect(spent.megabytes).toBeLessThan(400);
  });

  it('that fails is not counted, and what encloses it goes on', async () => {
    const { value, spent } = await metered(async () => {
      const failed = await metered(async () => {
        await wait(150);
        throw new Error('no');
      }).catch((error: Error) => error.message);
      return failed;
    });
    expect(value).toBe('no');
    expect(spent.seconds).toBeLessThan(0.1);
  });
});
