import { join } from 'node:path';
import { expectConservesTensors, temporaryFolder, useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Figure, parseAs, type Result, storedResultSchema } from '../../../src/claim/schema';
import { readCatalogue } from '../../../src/run/catalogue';
import { measurePair } from '../../../src/run/measure-pair';
import { planPairs } from '../../../src/run/plan';
import { Store } from '../../../src/run/store';
import { FINGERPRINT } from '../../run/stored-result';
import { subjectIn, tinyCheckpoint } from '../../subjects/tiny-checkpoint';

const { claims } = await readCatalogue();
beforeAll(() => useBackend('cpu'));

/** All claims of the paper that are asked of a model, on a tiny random one of a family, from so many examples. */
async function measureAll(
  family: 'gpt2' | 'bert',
  { sample, only = [], head = true }: { sample: number; only?: string[]; head?: boolean },
) {
  const folder = await temporaryFolder();
  await tinyCheckpoint(folder, family, { head });
  const subject = subjectIn(folder);
  const pairs = planPairs(claims, { paper: ['geva-2021'], only, subject: [], smoke: false }, subject);
  const settings = { seed: 1, sample, backend: 'onnx-cpu', threads: 1, out: join(folder, 'out'), resume: false };
  const results = new Map<string, Result>();
  await expectConservesTensors(async () => {
    const store = new Store(subject, subject.scale, settings, 'about it');
    try {
      for (const pair of pairs.filter(({ scale }) => scale !== 'exact')) {
        const stored = await measurePair(pair, store, FINGERPRINT);
        results.set(/c\d+/.exec(pair.key)![0], parseAs(storedResultSchema, stored, pair.key).result);
      }
    } finally {
      await store.dispose();
    }
  });
  return results;
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
