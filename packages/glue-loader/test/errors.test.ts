import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { glue, type SplitOf, type TaskName } from '../src/index';
import { folderWith, tsv } from './fixture';

const HEADER = ['index', 'sentence1', 'sentence2', 'label'];
const rte = async (content: string | Uint8Array, file = 'RTE/dev.tsv') =>
  glue('rte', 'validation', { from: await folderWith({ [file]: content }) });

describe('an error names path and line, what is wrong, and what is right', () => {
  it('a column that is absent, or there twice', async () => {
    await expect(rte(tsv(['index', 'sentence1', 'sentence', 'label'], ['0', 'A', 'B', 'entailment']))).rejects.toThrow(
      /RTE.dev\.tsv, line 1: there is no column "sentence2"\. The columns are: index, sentence1, sentence, label\.$/,
    );
    await expect(rte(tsv([...HEADER, 'label'], ['0', 'A', 'B', 'entailment', 'x']))).rejects.toThrow(
      /RTE.dev\.tsv, line 1: there are 2 columns "label"/,
    );
    await expect(rte(tsv(HEADER.slice(0, 3), ['0', 'A', 'B']))).rejects.toThrow('there is no column "label"');
  });

  it.each([
    ['maybe', '"maybe" is not a label of rte: expected entailment, not_entailment.'],
    ['1', '"1" is not a label of rte: expected entailment, not_entailment.'],
    ['', 'The label is hidden, which is for test splits only.'],
    ['-1', 'The label is hidden, which is for test splits only.'],
  ])('the label %j', async (label, message) => {
    await expect(rte(tsv(HEADER, ['0', 'A', 'B', 'entailment'], ['1', 'C', 'D', label]))).rejects.toThrow(
      `RTE/dev.tsv, line 3: ${message}`,
    );
  });

  it.each([
    ['sst2', '2', '2 is not a label of sst2: expected 0 (negative), 1 (positive).'],
    ['sst2', '1.0', 'The label is "1.0": expected a number'],
    ['sst2', 'positive', 'The label is "positive": expected a number'],
    ['cola', '0x1', 'The label is "0x1": expected a number'],
    ['stsb', '5.5', '5.5 is not a score of stsb: expected 0 to 5.'],
    ['stsb', 'high', 'The label is "high": expected a number'],
    ['stsb', '', 'The label is hidden'],
  ])('the label of %s %j', async (task, label, message) => {
    const files = {
      'SST-2/train.tsv': tsv(['sentence', 'label'], ['a', label]),
      'CoLA/train.tsv': tsv(['gj04', label, '', 'a']),
      'STS-B/train.tsv': tsv(['sentence1', 'sentence2', 'score'], ['a', 'b', label]),
    };
    const from = await folderWith(files);
    const line = task === 'cola' ? 1 : 2;
    await expect(glue(task as 'sst2', 'train', { from })).rejects.toThrow(`train.tsv, line ${line}: ${message}`);
  });

  it('a file that is cut off: within a row, packed, or empty', async () => {
    const text = tsv(HEADER, ['0', 'A', 'B', 'entailment'], ['1', 'C', 'D', 'not_entailment']);
    await expect(rte(text.slice(0, text.indexOf('\tD')))).rejects.toThrow(
      /RTE.dev\.tsv, line 3: there are 2 fields instead of 4, and no line break after them: the file is cut off\.$/,
    );
    await expect(rte(text.slice(0, -4))).rejects.toThrow('line 3: "not_entailm" is not a label of rte');
    const packed = gzipSync(text);
    await expect(rte(packed.subarray(0, packed.length - 12), 'RTE/dev.tsv.gz')).rejects.toThrow(
      /RTE.dev\.tsv\.gz is damaged or cut off, and cannot be unpacked: unexpected end of file\.$/,
    );
    await expect(rte(text, 'RTE/dev.tsv.gz')).rejects.toThrow('cannot be unpacked: incorrect header check.');
    await expect(rte('')).rejects.toThrow(/RTE.dev\.tsv is empty; its first line should be a header with sentence1,/);
    await expect(rte(tsv(HEADER))).rejects.toThrow(/RTE.dev\.tsv has no rows\.$/);
  });

  it('more rows than the official split has', async () => {
    const rows = Array.from({ length: 278 }, (_, i) => [`${i}`, 'A', 'B', 'entailment']);
    await expect(rte(tsv(HEADER, ...rows))).rejects.toThrow(
      /RTE.dev\.tsv has 278 rows, but the validation split of rte has 277: it is another split or version/,
    );
  });
});

describe('what does not exist is named, with what does', () => {
  const any = (task: string, split: string, from = '/nowhere') =>
    glue(task as TaskName, split as SplitOf<TaskName>, { from });

  it('a task or split', async () => {
    await expect(any('mprc', 'train')).rejects.toThrow(
      'There is no GLUE task "mprc". Did you mean "mrpc"? There are: cola,',
    );
    await expect(any('toString', 'train')).rejects.toThrow('There is no GLUE task "toString".');
    await expect(any('mnli', 'validation')).rejects.toThrow(
      'There is no split of mnli "validation". Did you mean "validation_matched"? There are: train, validation_matched,',
    );
    await expect(any('ax', 'train')).rejects.toThrow(
      'There is no split of ax "train". Did you mean "test"? There are: test.',
    );
  });

  it('a folder or file', async () => {
    await expect(any('cola', 'train')).rejects.toThrow('There is no file or folder /nowhere.');
    const from = await folderWith({ 'CoLA/test.tsv': '', 'notes.md': '' });
    await expect(any('cola', 'train', from)).rejects.toThrow(
      `${from} has no train split of cola: none of CoLA/train.tsv, CoLA/train.tsv.gz, cola/train-00000-of-00001.parquet, CoLA/train_sample.tsv, CoLA/train_sample.tsv.gz exists. It has: CoLA, notes.md.`,
    );
    await expect(any('cola', 'train', `${from}/notes.md`)).rejects.toThrow(
      'notes.md: expected a name that ends in .tsv, .tsv.gz or .parquet.',
    );
    await expect(glue('cola', 'train', { from, revision: 'main' })).rejects.toThrow(
      `"${from}" is a path, so it has no revision "main".`,
    );
  });
});
