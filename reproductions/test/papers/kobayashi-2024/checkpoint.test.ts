import { useBackend } from '@interlayer/test-kit';
import { beforeAll, expect, it } from 'vitest';
import { measureTiny } from '../measure-tiny';

beforeAll(() => useBackend('cpu'));

it.each(['bert', 'gpt2'] as const)(
  'the claims of Kobayashi 2024 are measured on a checkpoint of the family %s; what training writes is not in a random one',
  async (family) => {
    const results = await measureTiny('kobayashi-2024', family, { sample: 6 });
    const notRun = [...results].filter(([, { verdict }]) => verdict === 'not run').map(([id]) => id);
    // The predecessor is about encoders.
    expect(notRun).toEqual(family === 'bert' ? [] : ['d7-context-mixing', 'd7-mixing-and-frequency']);
    expect(results.get('d0-sums-to-the-model')!.criteria[0]!.status).toBe('holds');
    for (const id of ['d2-amplifies-typed-pairs', 'd4-layer-norm-undoes'])
      expect(results.get(id)!.verdict, id).not.toBe('reproduced');
    for (const id of ['d1-feed-forward-changes-maps', 'd2-amplifies-typed-pairs', 'd3-skip-undoes']) {
      const { controls, deviations } = results.get(id)!;
      // Trained and untrained are both random here, so a control that is a model may fail.
      expect(controls.at(-1)!.outcome, id).toBe('passed');
      expect(deviations.join(' '), id).toContain(family === 'bert' ? '[CLS] and [SEP] are read' : 'lower triangle');
    }
  },
  300_000,
);
