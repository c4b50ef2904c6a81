import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseReport, type Report } from '../../src/report/report';
import { onTask } from '../../src/run/on-task';
import { UsageError } from '../../src/run/usage-error';
import { writeMnli } from '../materials/write-mnli';
import { folderOfFile, subjectIn, tinyCheckpoint } from '../subjects/tiny-checkpoint';
import { reproduce } from './reproduce';

describe('--task mnli on a BERT of two layers', () => {
  let run: Awaited<ReturnType<typeof reproduce>>;
  let report: Report;
  let page: string;
  beforeAll(async () => {
    await useBackend('cpu');
    const folder = await folderOfFile();
    const [model, shared, out] = ['tiny', 'shared', 'out'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    mkdirSync(model);
    await tinyCheckpoint(model, 'bert');
    writeMnli(shared, 100);
    const what = [
      '--only',
      'zhao-2021/a1-*',
      '--only',
      'zhao-2021/a4-replaced*',
      '--task',
      'mnli',
      '--fraction',
      '0.8',
    ];
    const how = ['--sample', '12', '--backend', 'onnx-cpu', '--threads', '1', '--out', out];
    run = await reproduce(['--model', model, ...what, ...how], { environment: { INTERLAYER_SHARED: shared } });
    expect(run.stderr).toContain('100 of 392,702 rows of the train split of mnli');
    report = parseReport(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')), 'report.json');
    page = readFileSync(join(out, 'report.html'), 'utf8');
  }, 300_000);

  it('measures claims on texts of the task, in a column of its own', () => {
    expect(run.code, run.stderr).toBe(0);
    expect(report.subjects.map(({ id }) => id)).toEqual(['tiny-mnli-0.8']);
    for (const { claim, result } of report.claims) {
      expect(result.verdict, claim.id).not.toBe('not run');
      expect(result.n, claim.id).toBe(12);
      expect(result.deviations[0], claim.id).toContain('read on 80 % of GLUE mnli, drawn by seed');
      expect(result.deviations.join(' ')).not.toContain('State of the Union');
    }
    expect(report.claims).toHaveLength(2);
  });

  it('tells the command that measures a claim again on the same texts', () => {
    expect(page).toContain('--model tiny --task mnli --fraction 0.8 --only zhao-2021/a1-linear-maps');
  });

  it('notes the task, the share, the rows and the files, and no other text', () => {
    const { reads, artefacts } = report.provenance;
    expect(reads).toEqual({ task: 'mnli', fraction: 0.8 });
    const names = Object.keys(artefacts).filter((name) => !name.startsWith('tiny'));
    expect(names).toEqual([
      'GLUE mnli, train',
      'GLUE mnli, train: 80 of 100 rows of train.tsv',
      'GLUE mnli, validation',
      'GLUE mnli, validation: 80 of 100 rows of dev_matched.tsv',
    ]);
  });
});

it('--task measures no claim about BERT on another kind of model, and says why', async () => {
  const folder = await folderOfFile();
  await useBackend('cpu');
  await tinyCheckpoint(folder, 'gpt2');
  const args = ['--model', folder, '--only', 'zhao-2021/a4-replaced-*', '--task', 'mnli', '--backend', 'onnx-cpu'];
  const { code, stdout } = await reproduce([...args, '--out', join(folder, 'out')]);
  expect(code).toBe(3);
  expect(stdout.replace(/\s+/g, ' ')).toContain('it reads from left to right, and the claim is about BERT');
}, 180_000);

describe('--task', () => {
  const subject = subjectIn('/nowhere');

  it('makes a column of its own of each task and share', () => {
    expect(onTask(subject, 'mnli', 0.1)).toEqual({
      ...subject,
      id: 'tiny-mnli-0.1',
      reads: { task: 'mnli', fraction: 0.1 },
    });
    const ids = ['cola', 'sst2', 'mrpc', 'qqp', 'stsb', 'mnli', 'qnli', 'rte', 'wnli'].map(
      (task) => onTask(subject, task, 1).id,
    );
    expect(new Set(ids).size).toBe(9);
  });

  it.each(['mnl', 'MNLI', 'ax', ''])('"%s" is refused with the nearest tasks', (task) => {
    expect(() => onTask(subject, task, 1)).toThrow(UsageError);
    expect(() => onTask(subject, task, 1)).toThrow(`There is no task "${task}". The nearest are `);
    expect(() => onTask(subject, task, 1)).toThrow('the tasks are cola, sst2, mrpc, qqp, stsb, mnli, qnli, rte, wnli.');
  });
});
