import { matrix } from '@interlayer/linalg';
import { randomIndex, shuffled } from '@interlayer/stats';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { LAYERS } from '../../calibration/planted';
import { type Random, randomOf } from '../../calibration/random';
import { measureOn } from '../../calibration/simulate';
import b4 from '../../src/papers/sridhar-2020/claims/b4-similar-representations';
import b5 from '../../src/papers/sridhar-2020/claims/b5-probes';
import { ENCODERS, type EncoderStates } from '../../src/papers/sridhar-2020/materials/encoders';

// Faults put into the code that claims are measured with. Each must change the verdict. Swapped hook points are in
// swapped-sites.test.ts.
const fault = vi.hoisted(() => ({ biased: false, shuffled: false, leaked: false }));

vi.mock('@interlayer/cka', async (original) => {
  const real = await original<typeof import('@interlayer/cka')>();
  const estimator = () => (fault.biased ? ({ estimator: 'biased' } as const) : {});
  return {
    ...real,
    cka: (X: never, Y: never, options: object) => real.cka(X, Y, { ...options, ...estimator() }),
    weightedCka: (X: never, Y: never, options: never) =>
      real.weightedCka(X, Y, { ...(options as object), ...estimator() } as never),
  };
});

vi.mock('@interlayer/linear-probe', async (original) => {
  const real = await original<typeof import('@interlayer/linear-probe')>();
  return {
    ...real,
    splitByGroup: (groups: ArrayLike<number>, options: never) =>
      real.splitByGroup(fault.leaked ? Array.from(groups, (_, token) => token) : groups, options),
    probe: (options: Parameters<typeof real.probe>[0]) =>
      real.probe(
        fault.shuffled
          ? { ...options, labels: shuffled(Array.from(options.labels), randomIndex(1)) as never }
          : options,
      ),
  };
});

const [ROWS, LENGTH, WIDTH] = [60, 8, 24];
const TOKENS = ROWS * LENGTH;
const LAYERS_READ = LAYERS / 3;

/** States of models that are alike but for a little noise, and hold which token stands before; without training nothing is shared. */
function states({ uniform, normal }: Random, trained: boolean, sites: number): EncoderStates {
  const rows = Array.from({ length: ROWS }, (_, row) => ({
    ids: Array.from({ length: LENGTH }, () => Math.floor(12 * uniform())),
    text: row % 12,
  }));
  const noise = (scale: number) => Float32Array.from({ length: TOKENS * WIDTH }, () => scale * normal());
  const shared = noise(1);
  for (const [row, { ids }] of rows.entries())
    for (let i = 1; i < LENGTH; i++) shared[(row * LENGTH + i) * WIDTH + ids[i - 1]!]! += 6;
  const ofModel = (alike: boolean) =>
    Array.from({ length: LAYERS_READ }, () =>
      Array.from({ length: sites }, () =>
        matrix(alike ? noise(0.2).map((value, i) => value + shared[i]!) : noise(1), WIDTH),
      ),
    );
  return {
    states: {
      ...Object.fromEntries(ENCODERS.map((name) => [name, ofModel(trained)])),
      untrained: ofModel(false),
    } as EncoderStates['states'],
    rows: rows as EncoderStates['rows'],
    length: LENGTH,
    units: { clusters: rows.map(({ text }) => text), method: 'planted' },
    dropped: [],
    deviations: [],
  };
}

beforeEach(() => Object.assign(fault, { biased: false, shuffled: false, leaked: false }));

describe('a fault in the code changes the verdict', () => {
  const similar = () => measureOn(b4, 1, (condition) => states(randomOf('b4', condition), condition === 'trained', 3));
  const probed = () => measureOn(b5, 1, (condition) => states(randomOf('b5', condition), condition === 'trained', 1));

  it('biased HSIC', async () => {
    expect(await similar()).toMatchObject({ verdict: 'reproduced' });
    fault.biased = true;
    const { verdict, controls } = await similar();
    expect(controls.find(({ name }) => name === 'other tokens')).toMatchObject({ outcome: 'failed' });
    expect(verdict).toBe('inconclusive');
  }, 120_000);

  it('shuffled labels', async () => {
    expect(await probed()).toMatchObject({ verdict: 'reproduced' });
    fault.shuffled = true;
    expect((await probed()).verdict).not.toBe('reproduced');
  }, 120_000);

  it('a test split that leaks: there is no verdict at all', async () => {
    fault.leaked = true;
    await expect(probed()).rejects.toThrow(/group/);
  });
});
