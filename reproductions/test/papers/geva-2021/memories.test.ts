import { join } from 'node:path';
import { triggersOf } from '@interlayer/ffn-memory';
import { expectConservesTensors, temporaryFolder, tolerance, useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { readMemories } from '../../../src/papers/geva-2021/materials/memories';
import { scanTriggers } from '../../../src/papers/geva-2021/materials/triggers';
import { valuesOf } from '../../../src/subjects/specimen';
import { kinds, randomSentences, runtime, VOCABULARY } from '../../subjects/tiny-models';

const TOP = 3;

beforeAll(() => useBackend('cpu'));

describe.each(kinds)('the values of %s', (_, make) => {
  it('are held against the triggers of their keys, by each readout, brute force', async () => {
    const { specimen, scores } = make();
    const sentences = randomSentences(40, 7, 9);
    const { triggers } = await scanTriggers(specimen, sentences, runtime, {
      top: TOP,
      seed: 1,
      about: 'tiny',
      file: join(await temporaryFolder(), 'triggers.safetensors'),
      resume: false,
      log: () => {},
    });
    const embedding = specimen.readouts.at(-1)!.embedding.arraySync() as number[][];
    const bare = (rows: number[][]) =>
      rows.map((h) => embedding.map((e) => e.reduce((sum, value, k) => sum + value * h[k]!, 0)));
    const gain = specimen.weights['model.norm.weight']?.arraySync() as number[] | undefined;
    const scaled = (rows: number[][]) => bare(rows.map((h) => h.map((value, k) => value * gain![k]!)));
    for (const [i, readout] of specimen.readouts.entries()) {
      const found = await expectConservesTensors(() => readMemories(specimen, triggers, sentences, readout, runtime));
      expect(found).toHaveLength(specimen.layers);
      for (const [layer, memories] of found.entries()) {
        const { data, columns } = await valuesOf(specimen, layer);
        const rows = Array.from({ length: specimen.cells }, (__, cell) =>
          Array.from(data.subarray(cell * columns, (cell + 1) * columns)),
        );
        const scored = (i === 0 ? scores : readout.name.startsWith('gain') ? scaled : bare)(rows);
        for (const [cell, row] of scored.entries()) {
          const ranking = Array.from(row.keys()).sort((a, b) => row[b]! - row[a]!);
          const kept = triggersOf(triggers, layer, cell);
          const tokens = kept.map(({ example, position }) => [
            sentences[example]![position + 1]!,
            sentences[example]![position]!,
          ]);
          expect(memories.counts[cell]).toBe(kept.length);
          expect(memories.valueTop[cell]).toBe(ranking[0]);
          const total = row.reduce((sum, score) => sum + Math.exp(score), 0);
          const probability = Math.exp(row[ranking[0]!]!) / total;
          expect(Math.abs(memories.probability[cell]! - probability)).toBeLessThan(tolerance.float32);
          for (const [which, target] of (['next', 'last'] as const).entries()) {
            const mine = Array.from({ length: TOP }, (__, t) => tokens[t]?.[which] ?? -1);
            expect([...memories.tokens[target].subarray(TOP * cell, TOP * (cell + 1))]).toEqual(mine);
            expect(memories.agrees[target][cell]).toBe(mine[0] === ranking[0]);
            expect(memories.ranks[target][cell]).toBe(mine[0] === -1 ? -1 : ranking.indexOf(mine[0]!));
          }
          const hits = tokens.filter(([next]) => next === ranking[0]).length;
          expect(memories.precision[cell]).toBeCloseTo(hits / TOP, 12);
        }
      }
    }
    expect(specimen.vocabulary).toBe(VOCABULARY);
    specimen.dispose();
  });
});
