import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { glueTasks } from '../../../src/papers/sridhar-2020/materials/glue-tasks';
import { sharedData } from '../../../src/subjects/shared-data';
import { tokenizer } from '../../subjects/tiny-models';

const isThere = existsSync(sharedData('glue'));
if (!isThere) console.warn(`SKIPPED: tasks of GLUE, since ${sharedData('glue')} is not there`);

describe.skipIf(!isThere)('tasks of GLUE', () => {
  it('have rows of one or two texts, as many test rows of one class as of the other, and files that are noted', async () => {
    const artefacts: Record<string, string> = {};
    const artefact = (name: string, sha256: string) => void Object.assign(artefacts, { [name]: sha256 });
    const tasks = await glueTasks(tokenizer, { seed: 1, count: 100_000 }, { artefact });
    expect(tasks.map(({ name }) => name)).toEqual(['GLUE sst2', 'GLUE cola', 'GLUE mrpc', 'GLUE rte']);
    // Twice the rows of the rarer class: of the official development sets 428, 322, 129 and 131.
    expect(tasks.map(({ test }) => test.length)).toEqual([856, 644, 258, 262]);
    const { cls, sep } = tokenizer.special;
    for (const [i, { train, test, clusters, length }] of tasks.entries()) {
      expect(train).toHaveLength(2400);
      expect(new Set(clusters).size).toBe(test.length);
      for (const { ids } of [...train, ...test]) {
        expect(ids.length).toBeLessThanOrEqual(length);
        expect([ids[0], ids.at(-1)]).toEqual([cls, sep]);
        expect(ids.filter((id) => id === sep)).toHaveLength(i < 2 ? 1 : 2);
      }
    }
    expect(Object.keys(artefacts)).toHaveLength(8);
    for (const sum of Object.values(artefacts)) expect(sum).toMatch(/^[0-9a-f]{64}$/);
  }, 120_000);
});
