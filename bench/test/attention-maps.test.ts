import { attentionMaps } from '@interlayer/attention-maps';
import { compileMatmul, createExecutor } from '@interlayer/tensor-compile';
import { difference, tolerance, useBackend } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { benchmarkOf } from '../src/attention-maps';
import { mapLayer } from '../src/map-layer';

const tiny = { tokens: 5, width: 8, heads: 2, inner: 12 };

it('by compiled products is what float64 gives, at every scope', async () => {
  await useBackend('cpu');
  const executor = await createExecutor({ provider: 'cpu', threads: 1 });
  const layer = mapLayer(tiny);
  const [single, double] = [
    await attentionMaps(layer, { matmul: compileMatmul(executor) }),
    await attentionMaps(layer),
  ];
  await executor.dispose();
  for (const [scope, { map, gap }] of Object.entries(single)) {
    const { error, magnitude } = difference(map.data, double[scope as keyof typeof double].map.data);
    expect(error).toBeLessThan(tolerance.float32 * Math.max(1, magnitude));
    expect(gap).toBeLessThan(tolerance.contributionSum32);
  }
});

it('runs as a whole at a small size', { timeout: 300_000 }, async () => {
  const { medians, ratios, notes } = await benchmarkOf({ timed: tiny }).run({
    threads: [1],
    rounds: 5,
    python: undefined,
  });
  expect(Object.keys(medians)).toEqual([
    'maps, closed form, 1 thread',
    'maps, Gauss–Legendre, 32 steps, 1 thread',
    'gates, closed form',
    'gates, Gauss–Legendre, 32 steps',
  ]);
  for (const seconds of Object.values(medians)) expect(seconds).toBeGreaterThan(0);
  expect(Object.keys(ratios)).toEqual(['closedVsNumerical1', 'gatesClosedVsNumerical']);
  expect(notes.largestDifference).toBeLessThan(tolerance.float32);
});
