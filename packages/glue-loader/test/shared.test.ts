import { join } from 'node:path';
import { shared } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { type GlueRow, glue, labelName, type SplitOf, score, type TaskName, tasks } from '../src/index';

/** Rows, and how many have each label, as published; of splits that are there as the official files are. */
const published: [TaskName, string, number, Record<string, number>][] = [
  ['cola', 'train', 8551, { acceptable: 6023, unacceptable: 2528 }],
  ['cola', 'validation', 1043, { acceptable: 721, unacceptable: 322 }],
  ['cola', 'test', 1063, {}],
  ['sst2', 'train', 67_349, { positive: 37_569, negative: 29_780 }],
  ['sst2', 'validation', 872, { positive: 444, negative: 428 }],
  ['sst2', 'test', 1821, {}],
  ['mrpc', 'train', 3668, { equivalent: 2474, not_equivalent: 1194 }],
  ['mrpc', 'validation', 408, { equivalent: 279, not_equivalent: 129 }],
  ['mrpc', 'test', 1725, {}],
  ['rte', 'train', 2490, { entailment: 1249, not_entailment: 1241 }],
  ['rte', 'validation', 277, { entailment: 146, not_entailment: 131 }],
  ['rte', 'test', 3000, {}],
  ['wnli', 'train', 635, { entailment: 312, not_entailment: 323 }],
  ['wnli', 'validation', 71, { entailment: 31, not_entailment: 40 }],
  ['wnli', 'test', 146, {}],
  ['qnli', 'validation', 5463, { entailment: 2702, not_entailment: 2761 }],
  ['mnli', 'validation_matched', 9815, { entailment: 3479, neutral: 3123, contradiction: 3213 }],
  ['mnli', 'validation_mismatched', 9832, { entailment: 3463, neutral: 3129, contradiction: 3240 }],
  ['ax', 'test', 1104, {}],
];

shared('the GLUE files', (data) => {
  const from = join(data, 'glue');

  it.each(published)('%s %s has %i rows, and the published labels', async (task, split, count, labels) => {
    const { rows, facts } = await glue(task, split as SplitOf<TaskName>, { from });
    expect(facts).toMatchObject({ rows: count, officialRows: count, partial: false, warnings: [] });
    const counts: Record<string, number> = {};
    for (const { label } of rows) {
      if (label === undefined) continue;
      const name = labelName(task as 'mrpc', label as 0);
      counts[name] = (counts[name] ?? 0) + 1;
    }
    expect(counts).toEqual(labels);
    const empty = rows.filter((row) => Object.keys(tasks[task].texts).some((name) => !row[name as keyof typeof row]));
    expect(empty).toEqual([]);
  });

  it.each([
    ['train', 5749, 2.701],
    ['validation', 1500, 2.364],
  ] as const)('stsb %s has %i rows, and the published mean score', async (split, count, meanScore) => {
    const { rows, facts } = await glue('stsb', split, { from });
    expect(facts).toMatchObject({ rows: count, partial: false });
    expect(rows.reduce((sum, { label }) => sum + label, 0) / count).toBeCloseTo(meanScore, 3);
  });

  it('stsb test has 1379 rows, and no score', async () => {
    const { rows, facts } = await glue('stsb', 'test', { from });
    expect(facts).toMatchObject({ rows: 1379, partial: false });
    expect(rows.every(({ label }) => label === undefined)).toBe(true);
  });

  it('QQP is a sample, and is reported as partial', async () => {
    const { rows, facts } = await glue('qqp', 'train', { from });
    expect(facts).toMatchObject({ rows: 23_496, officialRows: 363_846, partial: true });
    expect(facts.warnings).toEqual(['23,496 of 363,846 rows of the train split of qqp.']);
    expect(rows.filter(({ label }) => label === 1)).toHaveLength(8747);
  });

  it('the hub’s parquet file of sst2 equals the TSV file, row by row', async () => {
    const file = join(from, 'SST-2/hf/validation-00000-of-00001.parquet');
    const { rows, facts } = await glue('sst2', 'validation', { from: file });
    expect(facts).toMatchObject({
      files: [{ path: file, sha256: 'a1371f3b3a7b0bcefa8388799a9359dc3ce76c349cc0079507a7991364fd2a9b' }],
      partial: false,
    });
    const tsv = await glue('sst2', 'validation', { from });
    expect(rows).toEqual(tsv.rows satisfies GlueRow<'sst2', 'validation'>[]);
  });

  it('always to predict the commoner class scores its share, matched and mismatched', async () => {
    const accuracies = [];
    for (const split of ['validation_matched', 'validation_mismatched'] as const) {
      const { rows } = await glue('mnli', split, { from });
      const labels = rows.map(({ label }) => label);
      accuracies.push(score('mnli', labels.fill.call(Array(rows.length), 0), labels).accuracy);
    }
    expect(accuracies).toEqual([3479 / 9815, 3463 / 9832]);
  });
});
