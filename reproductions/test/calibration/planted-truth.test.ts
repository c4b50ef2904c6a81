import { describe, expect, it } from 'vitest';
import type { Size } from '../../calibration/planted';
import { plantedClaims } from '../../calibration/planted-claims';
import { measurePlanted, simulate } from '../../calibration/simulate';

// INTERLAYER_FULL=1 plants many data sets at this small sample; `pnpm calibrate` plants hundreds at that of the real runs.
const SETS = process.env.INTERLAYER_FULL === '1' ? 40 : 2;
const size: Size = { clusters: Array.from({ length: 140 }, (_, i) => i % 14), cells: 100, keys: 40 };
const HOUR = 3_600_000;

/** Counts that a share lets expect in some data sets, within three standard deviations. */
const atMost = (share: number, sets: number) => sets * share + 3 * Math.sqrt(sets * share * (1 - share));

describe.each(plantedClaims)('$claim.record.id over planted truth', (planted) => {
  const { outOfReach = {} } = planted;

  it('holds where the effects are clear, and estimates what was planted', async () => {
    const { verdict, criteria, headline } = await measurePlanted(planted, 'clear', size, 1);
    const { headline: truth, parts } = planted.planted.clear.truth(size);
    const asserted = criteria.filter(({ name }) => !(name in outOfReach));
    expect(asserted.map(({ name, status }) => [name, status])).toEqual(asserted.map(({ name }) => [name, 'holds']));
    if (asserted.length === criteria.length) expect(verdict).toBe('reproduced');
    const [low, high] = headline!.interval as [number, number];
    expect(Math.abs(headline!.value! - truth)).toBeLessThan(high - low);
    for (const criterion of criteria)
      for (const [i, { estimate, interval }] of criterion.parts.entries()) {
        const [low, high] = interval as [number, number];
        expect(Math.abs(estimate! - parts[criterion.name]![i]!), criterion.name).toBeLessThanOrEqual(high - low);
      }
  });

  it('fails where one part is clearly on the wrong side', async () => {
    const { verdict, criteria } = await measurePlanted(planted, 'contrary', size, 1);
    expect(criteria.filter(({ status }) => status === 'fails')).toHaveLength(1);
    expect(verdict).not.toBe('reproduced');
  });

  it(
    'calls effects that are just too small true no more often than α',
    async () => {
      const { criteria, reproduced } = await simulate(planted, 'edge', size, SETS);
      for (const { name, held, kind } of criteria)
        if (kind !== 'exact') expect(held, name).toBeLessThanOrEqual(atMost(0.05, SETS));
      expect(reproduced).toBeLessThanOrEqual(atMost(0.05, SETS));
    },
    HOUR,
  );
});

it('is inconclusive where a control shows the same', async () => {
  const [c10] = plantedClaims;
  const { clear } = c10!.planted;
  const everywhere = {
    ...clear,
    material: (_: string, ...rest: [never, never]) => clear.material('trained', ...rest),
  };
  const { verdict, reason } = await measurePlanted(
    { ...c10!, planted: { ...c10!.planted, clear: everywhere } },
    'clear',
    size,
    1,
  );
  expect(verdict).toBe('inconclusive');
  expect(reason).toMatch(/^Everything that is asserted also holds of the control/);
});
