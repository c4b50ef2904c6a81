import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { glue, type SplitOf, type TaskName } from '../src/index';
import { folderWith, tsv } from './fixture';

const STSB = ['index', 'genre', 'filename', 'year', 'old_index', 'source1', 'source2', 'sentence1', 'sentence2'];
const MNLI = ['index', 'promptID', 'pairID', 'genre', 'sentence1', 'sentence2', 'label1'];
const MRPC = ['#1 ID', '#2 ID', '#1 String', '#2 String'];
const QQP = ['id', 'qid1', 'qid2', 'question1', 'question2', 'is_duplicate'];

/** A split of each task: its official file, and the row it gives. */
const official: [TaskName, string, string, string, object][] = [
  ['cola', 'train', 'CoLA/train.tsv', tsv(['gj04', '1', '', 'We left.']), { sentence: 'We left.', label: 1 }],
  ['cola', 'validation', 'CoLA/dev.tsv', tsv(['gj04', '0', '*', 'Left we.']), { sentence: 'Left we.', label: 0 }],
  ['cola', 'test', 'CoLA/test.tsv', tsv(['index', 'sentence'], ['0', 'We left.']), { sentence: 'We left.' }],
  [
    'sst2',
    'validation',
    'SST-2/dev.tsv',
    tsv(['sentence', 'label'], ['fine . ', '1']),
    { sentence: 'fine . ', label: 1 },
  ],
  ['sst2', 'test', 'SST-2/test.tsv', tsv(['index', 'sentence'], ['0', 'fine .']), { sentence: 'fine .' }],
  [
    'mrpc',
    'validation',
    'MRPC/dev.tsv',
    tsv(['Quality', ...MRPC], ['0', '7', '8', 'A .', 'B .']),
    { sentence1: 'A .', sentence2: 'B .', label: 0 },
  ],
  [
    'mrpc',
    'test',
    'MRPC/test.tsv',
    tsv(['index', ...MRPC], ['0', '7', '8', 'A', 'B']),
    { sentence1: 'A', sentence2: 'B' },
  ],
  [
    'qqp',
    'train',
    'QQP/train.tsv',
    tsv(QQP, ['9', '1', '2', 'A?', '', '1']),
    { question1: 'A?', question2: '', label: 1 },
  ],
  [
    'qqp',
    'test',
    'QQP/test.tsv',
    tsv(['id', 'question1', 'question2'], ['0', 'A?', 'B?']),
    { question1: 'A?', question2: 'B?' },
  ],
  [
    'stsb',
    'train',
    'STS-B/train.tsv',
    tsv([...STSB, 'score'], ['0', 'g', 'f', '2012', '1', 'n', 'n', 'A', 'B', '3.800']),
    { sentence1: 'A', sentence2: 'B', label: 3.8 },
  ],
  [
    'stsb',
    'test',
    'STS-B/test.tsv',
    tsv(STSB, ['0', 'g', 'f', '2012', '1', 'n', 'n', 'A', 'B']),
    { sentence1: 'A', sentence2: 'B' },
  ],
  ...['matched', 'mismatched'].map((set): [TaskName, string, string, string, object] => [
    'mnli',
    `validation_${set}`,
    `MNLI/dev_${set}.tsv`,
    tsv([...MNLI, 'gold_label'], ['0', '1', '1e', 'fiction', 'P', 'H', 'neutral', 'contradiction']),
    { premise: 'P', hypothesis: 'H', label: 2 },
  ]),
  [
    'mnli',
    'test_mismatched',
    'MNLI/test_mismatched.tsv',
    tsv(MNLI.slice(0, 6), ['0', '1', '1', 'g', 'P', 'H']),
    { premise: 'P', hypothesis: 'H' },
  ],
  [
    'qnli',
    'train',
    'QNLI/train.tsv',
    tsv(['index', 'question', 'sentence', 'label'], ['0', 'Q', 'S', 'entailment']),
    { question: 'Q', sentence: 'S', label: 0 },
  ],
  [
    'rte',
    'validation',
    'RTE/dev.tsv',
    tsv(['index', 'sentence1', 'sentence2', 'label'], ['0', 'A', 'B', 'not_entailment']),
    { sentence1: 'A', sentence2: 'B', label: 1 },
  ],
  [
    'wnli',
    'train',
    'WNLI/train.tsv',
    tsv(['index', 'sentence1', 'sentence2', 'label'], ['0', 'A', 'B', '1']),
    { sentence1: 'A', sentence2: 'B', label: 1 },
  ],
  ...['AX', 'diagnostic'].map((folder): [TaskName, string, string, string, object] => [
    'ax',
    'test',
    `${folder}/diagnostic.tsv`,
    tsv(['index', 'sentence1', 'sentence2'], ['0', 'A', 'B']),
    { premise: 'A', hypothesis: 'B' },
  ]),
];

const load = (task: TaskName, split: string, from: string) => glue(task, split as SplitOf<TaskName>, { from });

describe('the official files', () => {
  it.each(official)('%s %s is read from %s', async (task, split, file, text, row) => {
    const from = await folderWith({ [file]: text });
    const { rows } = await load(task, split, from);
    expect(rows).toEqual([{ ...row, label: (row as { label?: number }).label, idx: 0 }]);
    expect((await load(task, split, join(from, file))).rows).toEqual(rows);
  });

  it('give the facts: the file and its sum, the number of rows and the official one', async () => {
    const text = tsv(['index', 'sentence1', 'sentence2', 'label'], ['0', 'A', 'B', '1'], ['1', 'C', 'D', '0']);
    const packed = gzipSync(text);
    const from = await folderWith({ 'WNLI/dev.tsv.gz': packed });
    const { task, split, rows, facts } = await glue('wnli', 'validation', { from });
    expect({ task, split, idx: rows.map(({ idx }) => idx) }).toEqual({
      task: 'wnli',
      split: 'validation',
      idx: [0, 1],
    });
    expect(facts).toEqual({
      files: [{ path: join(from, 'WNLI/dev.tsv.gz'), sha256: createHash('sha256').update(packed).digest('hex') }],
      rows: 2,
      officialRows: 71,
      partial: true,
      warnings: ['2 of 71 rows of the validation split of wnli.'],
    });
  });

  it('with all rows are complete, also without a line break at the end', async () => {
    const rows = Array.from({ length: 71 }, (_, i) => [`${i}`, `A ${i}`, 'B', `${i % 2}`]);
    const text = tsv(['index', 'sentence1', 'sentence2', 'label'], ...rows).replace(/\n$/, '');
    const { facts } = await glue('wnli', 'validation', { from: await folderWith({ 'WNLI/dev.tsv': text }) });
    expect(facts).toMatchObject({ rows: 71, officialRows: 71, partial: false, warnings: [] });
  });

  it('in part, without a line break at the end, may be cut off: a warning says so', async () => {
    const from = await folderWith({ 'CoLA/dev.tsv': 'gj04\t1\t\tWe left.\ngj04\t1\t\tThe sailors ro' });
    const { rows, facts } = await glue('cola', 'validation', { from });
    expect(rows).toHaveLength(2);
    expect(facts.warnings).toEqual([
      '2 of 1,043 rows of the validation split of cola.',
      'No line break after the last row: if the file is cut off, that row is cut short.',
    ]);
  });

  it('may be a sample, which a name says', async () => {
    const from = await folderWith({ 'QQP/train_sample.tsv': tsv(QQP, ['9', '1', '2', 'A?', 'B?', '1']) });
    expect((await glue('qqp', 'train', { from })).facts).toMatchObject({ partial: true, officialRows: 363_846 });
  });
});

describe('the text', () => {
  const sst2 = async (text: string | Uint8Array) =>
    (await glue('sst2', 'validation', { from: await folderWith({ 'SST-2/dev.tsv': text }) })).rows.map((row) => [
      row.sentence,
      row.label,
    ]);

  it('keeps quotation marks, spaces and separators of other standards as they are', async () => {
    const sentences = ['he said "no', '"', '""', ' a  b ', 'a\u2028b\u0085c', '\uFEFFx', "it 's ,;|", 'naïve 𝒳'];
    const rows = sentences.map((sentence) => [sentence, '1']);
    expect(await sst2(tsv(['sentence', 'label'], ...rows))).toEqual(sentences.map((sentence) => [sentence, 1]));
  });

  it('may have a byte-order mark, CRLF line ends, blank lines, no last line break', async () => {
    expect(await sst2('\uFEFFsentence\tlabel\r\nfine\t1\r\n\r\nbad\t0')).toEqual([
      ['fine', 1],
      ['bad', 0],
    ]);
  });

  it('that is not UTF-8 is refused, with its line', async () => {
    await expect(sst2(Buffer.from('sentence\tlabel\nfine\t1\nna\xefve\t1\n', 'latin1'))).rejects.toThrow(
      /SST-2.dev\.tsv, line 3: the text is not UTF-8\./,
    );
  });
});

describe('the malformed lines of QQP', () => {
  const text = tsv(
    QQP,
    ['9', '1', '2', 'A?', 'B?', '1'],
    ['8', '1', '2', 'C'],
    ['', 'D?', '0'],
    ['7', '1', '2', 'E?', 'F?', '0'],
  );

  it('are left out as the official count does, and counted by idx as on the hub', async () => {
    const { rows, facts } = await glue('qqp', 'train', { from: await folderWith({ 'QQP/train.tsv': text }) });
    expect(rows.map(({ question1, label, idx }) => [question1, label, idx])).toEqual([
      ['A?', 1, 0],
      ['E?', 0, 3],
    ]);
    expect(facts.warnings).toContain('Left out malformed lines, as the official count does: 3, 4.');
  });

  it('are an error where the file stops within one, and in every other task', async () => {
    const cut = await folderWith({ 'QQP/train.tsv': `${text}6\t1\t2` });
    await expect(glue('qqp', 'train', { from: cut })).rejects.toThrow(
      /train\.tsv, line 6: there are 3 fields instead of 6, and no line break after them: the file is cut off\.$/,
    );
    const other = await folderWith({ 'SST-2/dev.tsv': tsv(['sentence', 'label'], ['a', '1', 'x']) });
    await expect(glue('sst2', 'validation', { from: other })).rejects.toThrow(
      /dev\.tsv, line 2: there are 3 fields instead of 2\.$/,
    );
  });
});

describe('MRPC as Microsoft publishes it', () => {
  const text = tsv(
    ['Quality', ...MRPC],
    ['1', '10', '11', 'A', 'a'],
    ['0', '20', '21', 'B', 'b'],
    ['1', '30', '31', 'C', 'c'],
  );
  const files = {
    'MRPC/msr_paraphrase_train.txt': `\uFEFF${text.replaceAll('\n', '\r\n')}`,
    'MRPC/dev_ids.tsv': '20\t21\n',
    'MRPC/msr_paraphrase_test.txt': tsv(['Quality', ...MRPC], ['1', '40', '41', 'D', 'd']),
  };

  it('is split by the list of validation rows; idx counts all rows', async () => {
    const from = await folderWith(files);
    const { rows, facts } = await glue('mrpc', 'train', { from });
    expect(rows).toEqual([
      { sentence1: 'A', sentence2: 'a', label: 1, idx: 0 },
      { sentence1: 'C', sentence2: 'c', label: 1, idx: 2 },
    ]);
    expect(facts.files.map(({ path }) => path)).toEqual(
      ['msr_paraphrase_train.txt', 'dev_ids.tsv'].map((name) => join(from, 'MRPC', name)),
    );
    expect((await glue('mrpc', 'validation', { from })).rows).toEqual([
      { sentence1: 'B', sentence2: 'b', label: 0, idx: 1 },
    ]);
  });

  it('has labels in the test split too', async () => {
    const { rows } = await glue('mrpc', 'test', { from: await folderWith(files) });
    expect(rows).toEqual([{ sentence1: 'D', sentence2: 'd', label: 1, idx: 0 }]);
  });

  it('needs the list', async () => {
    const { 'MRPC/dev_ids.tsv': _, ...rest } = files;
    await expect(glue('mrpc', 'train', { from: await folderWith(rest) })).rejects.toThrow(
      /dev_ids\.tsv, GLUE's list of the validation rows, does not exist\. Put it beside msr_paraphrase_train\.txt\.$/,
    );
  });
});
