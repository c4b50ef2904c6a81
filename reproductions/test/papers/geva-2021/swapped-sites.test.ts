import { useBackend } from '@interlayer/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conditions } from '../../../src/conditions';
import type { Bench } from '../../../src/materials/material';
import c10 from '../../../src/papers/geva-2021/claims/c10-residual-holds-answer';
import { Store } from '../../../src/run/store';
import miniGpt from '../../../src/subjects/mini-gpt';
import type { Site, Specimen } from '../../../src/subjects/specimen';
import { openSpecimen } from '../../../src/subjects/subject';
import { withSites } from '../../subjects/tiny-models';

const settings = { seed: 1, sample: 120, backend: 'onnx-cpu', threads: 1, out: '/nowhere', resume: false };
const names = { subject: 'mini-gpt', ours: 'mini-gpt', untrained: 'untrained', shuffled: 'shuffled', start: '' };

// Four forward passes of a real model, compiled anew: a minute on a busy machine.
describe.runIf(process.env.INTERLAYER_FULL === '1')('the residual of mini-gpt', () => {
  const { bench } = new Store(miniGpt, 'mini', settings, 'swapped sites').bench();
  const specimens = new Map<string, Specimen>();
  beforeAll(async () => {
    await useBackend('cpu');
    const trained = await openSpecimen(miniGpt);
    specimens.set('trained', trained);
    for (const { id, apply } of conditions) specimens.set(id, apply(trained, 1));
  });
  afterAll(() => {
    for (const specimen of specimens.values()) specimen.dispose();
  });

  /** C10 of the model and its controls, all of which take some sites for others. */
  const measured = (sites: Partial<Record<Site, Site>>) => {
    const under = (condition: string): Bench => ({
      ...bench,
      condition,
      specimen: async () => withSites(specimens.get(condition)!, sites),
      get: (material, other = condition) => material.make(under(other)),
    });
    return c10.measure(under('trained'), names);
  };

  it('is not found wanting where hook points are swapped: the bookkeeping says that nothing was measured', async () => {
    const sound = await measured({});
    expect(sound.controls.find(({ name }) => name === 'bookkeeping')).toMatchObject({ outcome: 'passed' });
    const swapped = await measured({ middle: 'ffn.output', 'ffn.output': 'middle' });
    // Read at the wrong point, the claim would look refuted.
    expect(swapped.headline!.value).toBeLessThan(sound.headline!.value! - 20);
    expect(swapped.controls.find(({ name }) => name === 'bookkeeping')).toMatchObject({ outcome: 'failed' });
    expect(swapped.verdict).toBe('inconclusive');
    expect(swapped.reason).toBe('The control "bookkeeping" failed, so the measurement cannot be trusted.');
  }, 600_000);
});
