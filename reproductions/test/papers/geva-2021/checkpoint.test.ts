import { useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Figure } from '../../../src/claim/schema';
import { measureTiny } from '../measure-tiny';

beforeAll(() => useBackend('cpu'));

/** The claims of the paper on a tiny random model, by their numbers. */
async function measureAll(
  ...[family, options]: [Parameters<typeof measureTiny>[1], Parameters<typeof measureTiny>[2]]
) {
  const results = await measureTiny('geva-2021', family, options);
  return new Map([...results].map(([id, result]) => [id.split('-')[0]!, result]));
}

/** A point and its whisker are one statistic. */
function expectPointsInIntervals(figure: Figure, id: string) {
  if (figure.kind !== 'depth') return;
  for (const { name, points } of figure.series)
    for (const { value, interval, layer } of points) {
      if (value === null || !interval || interval.includes(null)) continue;
      const [low, high] = interval as [number, number];
      const where = `${id}, ${name}, layer ${layer}`;
      expect(value, where).toBeGreaterThanOrEqual(low - 1e-9);
      expect(value, where).toBeLessThanOrEqual(high + 1e-9);
    }
}

describe.each(['gpt2', 'bert'] as const)('the claims of Geva 2021 on a checkpoint of the family %s', (family) => {
  it('are all measured, by its own readout and the bare one, and a random model reproduces no claim about learning', async () => {
    const results = await measureAll(family, { sample: 60 });
    expect([...results.keys()]).toEqual(Array.from({ length: 13 }, (_, i) => `c${i + 1}`));
    for (const [id, { verdict, label, deviations }] of results) {
      expect(verdict, id).not.toBe('not run');
      expect(label).toBe(`${verdict} · tiny`);
      const masked = deviations.some((text) => text.startsWith('A masked model'));
      expect(masked, id).toBe(family === 'bert');
    }
    for (const [id, { figures }] of results) for (const figure of figures) expectPointsInIntervals(figure, id);
    for (const id of ['c4', 'c5', 'c10']) expect(results.get(id)!.verdict, id).not.toBe('reproduced');
    expect(results.get('c10')!.tables[0]!.title).toContain('bare readout');
    expect(results.get('c4')!.tables[0]!.title).toContain(family === 'gpt2' ? 'ln_f' : 'MLM head');
    // a final LayerNorm and a readout with a bias can bring a fifth case about
    expect(results.get('c12')!.criteria.map(({ name }) => name)).not.toContain('no-fifth-case');
  }, 300_000);
});

it('the claims of Geva 2021 can be asked of a single example', async () => {
  const results = await measureAll('gpt2', { sample: 1 });
  expect(results.size).toBe(13);
  for (const [id, { verdict }] of results) expect(verdict, id).not.toBe('reproduced');
}, 300_000);

it('the claims of Geva 2021 about predictions are not asked of a model without a head; those about keys are', async () => {
  const only = ['c4', 'c7', 'c8', 'c13'].map((id) => `geva-2021/${id}-*`);
  const results = await measureAll('bert', { sample: 30, only, head: false });
  const notRun = [...results].filter(([, { verdict }]) => verdict === 'not run').map(([id]) => id);
  expect(notRun).toEqual(['c4', 'c8', 'c13']);
  expect(results.get('c8')!.reason).toBe('tiny cannot be asked: it has no head that predicts tokens');
}, 300_000);
