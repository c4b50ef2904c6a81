import { describe, expect, it } from 'vitest';
import { glue } from '../src/index';
import { folderWith } from './fixture';
import { parquet } from './parquet';

const FILE = 'mrpc/validation-00000-of-00001.parquet';
const rows = [
  { sentence1: 'He said "no .', sentence2: 'naïve 𝒳\t\n', label: 1, idx: 9 },
  { sentence1: '', sentence2: 'B', label: 0, idx: 11 },
];
const mrpc = async (content: Uint8Array) => glue('mrpc', 'validation', { from: await folderWith({ [FILE]: content }) });

describe('parquet files of the hub', () => {
  it('give the same rows as TSV files, with the hub’s idx', async () => {
    const split = await mrpc(parquet(rows));
    expect(split.rows).toEqual(rows);
    expect(split.facts).toMatchObject({ rows: 2, officialRows: 408, partial: true });
  });

  it('have scores in float32, which become the official decimals again', async () => {
    const scores = [3.8, 0, 5, 3.667, 2.75, 0.6];
    const file = parquet(
      scores.map((label, idx) => ({ sentence1: 'a', sentence2: 'b', label, idx })),
      { float: true },
    );
    const from = await folderWith({ 'stsb/train-00000-of-00001.parquet': file });
    expect((await glue('stsb', 'train', { from })).rows.map(({ label }) => label)).toEqual(scores);
  });

  it('have −1 for a hidden label, in test splits only', async () => {
    const hidden = parquet([{ sentence1: 'a', sentence2: 'b', label: -1, idx: 0 }]);
    const from = await folderWith({ 'mrpc/test-00000-of-00001.parquet': hidden, [FILE]: hidden });
    expect((await glue('mrpc', 'test', { from })).rows[0]!.label).toBeUndefined();
    await expect(glue('mrpc', 'validation', { from })).rejects.toThrow(
      `${FILE}, row 1: The label is hidden, which is for test splits only.`,
    );
  });

  it('are refused with their path where a column or label is wrong, or they are cut off', async () => {
    await expect(mrpc(parquet([{ sentence1: 'a', sentence: 'b', label: 0, idx: 0 }]))).rejects.toThrow(
      `${FILE}: there is no column "sentence2". The columns are: sentence1, sentence, label, idx.`,
    );
    await expect(mrpc(parquet([...rows, { ...rows[0]!, label: 2 }]))).rejects.toThrow(
      `${FILE}, row 3: 2 is not a label of mrpc: expected 0 (not_equivalent), 1 (equivalent).`,
    );
    const whole = parquet(rows);
    for (const content of [whole.subarray(0, whole.length - 9), whole.subarray(50), new Uint8Array(3)]) {
      await expect(mrpc(content)).rejects.toThrow(`${FILE} is not parquet, or is damaged or cut off: `);
    }
  });
});
