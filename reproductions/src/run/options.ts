import { parseArgs } from 'node:util';
import { nearestNames } from '@interlayer/nearest-names';
import { needsNoSubject, scales } from '../claim/schema';
import type { Subject } from '../subjects/subject';
import { UsageError } from './usage-error';

const flags = {
  paper: { type: 'string', multiple: true, value: '<paper>', text: 'claims of one paper (may be repeated)' },
  only: {
    type: 'string',
    multiple: true,
    value: '<id>',
    text: "claims whose id matches, e.g. 'geva-2021/c1*' (may be repeated)",
  },
  smoke: { type: 'boolean', text: 'one claim per paper, on trained weights where that is quick' },
  subject: {
    type: 'string',
    multiple: true,
    value: '<subject>',
    text: 'the model to measure (may be repeated): mini-gpt, mini-bert, …; default: the one each paper is about',
  },
  scale: {
    type: 'string',
    value: '<scale>',
    text: "what --model is: checkpoint (the default), or paper for the paper's own, of which all is asserted",
  },
  model: {
    type: 'string',
    value: '<model>',
    text: 'measure this checkpoint instead: a folder, or owner/name[@revision] on the hub',
  },
  task: {
    type: 'string',
    value: '<task>',
    text: 'with --model: measure zhao-2021 on the texts of this task of GLUE, such as mnli; verdicts are then not compared',
  },
  fraction: {
    type: 'string',
    value: '<share>',
    text: 'of the rows of --task, above 0 and at most 1; the paper takes 0.1; default 1',
  },
  backend: { type: 'string', value: '<name>', text: 'what runs the model; default: the fastest that works here' },
  threads: {
    type: 'string',
    value: '<n>',
    text: 'threads of each process that measures; default: one, or all cores where it measures alone (see --lanes)',
  },
  lanes: {
    type: 'string',
    value: '<n>',
    text: 'processes that measure side by side; default: as many as cores and free memory have room for; checkpoints, times, and what runs on a named GPU backend are measured alone',
  },
  seed: { type: 'string', value: '<n>', text: 'seed of everything drawn; default 1' },
  sample: {
    type: 'string',
    value: '<n>',
    text: 'at most this many examples a claim, for a slow device; verdicts are then not compared with accepted ones',
  },
  'with-glue': {
    type: 'boolean',
    text: 'fine-tune on SST-2, CoLA, MRPC and RTE as well (about half an hour); verdicts are then not compared',
  },
  thorough: {
    type: 'boolean',
    text: 'all interventions of zhao-2021, each trained for 7 % of pre-training (hours); verdicts are then not compared',
  },
  out: { type: 'string', value: '<folder>', text: 'where the report goes; default out' },
  json: { type: 'boolean', text: 'the report on standard output, and nothing else there' },
  resume: { type: 'boolean', text: 'keep the finished claims of an interrupted run with the same settings' },
  'dry-run': { type: 'boolean', text: 'list the claims with their cost, measure nothing' },
  'update-accepted': { type: 'boolean', text: 'record the verdicts as the accepted ones; needs --reason' },
  reason: { type: 'string', value: '<text>', text: 'why the accepted verdicts change' },
  record: {
    type: 'boolean',
    text: 'keep the results in reproductions/reports/<subject>, for models outside of the repository',
  },
  help: { type: 'boolean', short: 'h', text: 'this text' },
} as const;

export const EXIT_CODES = {
  asAccepted: 0,
  changed: 1,
  controlFailed: 2,
  cannotRun: 3,
  interrupted: 130,
} as const;

export interface Options {
  paper: string[];
  only: string[];
  subject: string[];
  smoke: boolean;
  scale: Subject['scale'];
  model?: string;
  /** As the user wrote it. */
  task?: string;
  /** Share of the rows of the task, above 0 and at most 1. */
  fraction?: number;
  backend?: string;
  threads?: number;
  /** The most processes that measure at the same time. */
  lanes?: number;
  seed: number;
  sample?: number;
  withGlue: boolean;
  thorough: boolean;
  out: string;
  json: boolean;
  resume: boolean;
  dryRun: boolean;
  updateAccepted: boolean;
  reason?: string;
  record: boolean;
  help: boolean;
}

export function help(): string {
  const rows = Object.entries(flags).map(([name, flag]) => [
    `  ${'short' in flag ? `-${flag.short}, ` : ''}--${name}${'value' in flag ? ` ${flag.value}` : ''}`,
    flag.text,
  ]);
  const width = Math.max(...rows.map(([left]) => left!.length)) + 2;
  return [
    'pnpm reproduce [options]',
    'pnpm reproduce diff <report> <report>',
    '',
    'Measures the claims of the papers on models that this repository trained, and compares every verdict with the',
    'accepted one. Writes report.html, report.md and report.json. diff compares two report.json files, or folders that',
    'hold one: which verdicts, estimates and controls moved, and by how much.',
    '',
    'Options',
    ...rows.map(([left, text]) => left!.padEnd(width) + text),
    '',
    'Exit codes',
    '  0    every verdict is as accepted; diff: nothing moved',
    '  1    a verdict changed, or a claim cost more than twice its budget; diff: something moved',
    '  2    a control failed that passed when the verdicts were accepted: the numbers cannot be trusted',
    '  3    nothing could be measured, or nothing of the model that was named (unknown option,',
    '       missing model or backend); diff: a report cannot be read',
    '  130  stopped by Ctrl-C; --resume continues',
    '',
  ].join('\n');
}

function integer(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new UsageError(`--${name} is "${text}"; it needs to be a whole number of at least ${least}.`);
  return value;
}

function shareOf(name: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0 && value <= 1))
    throw new UsageError(`--${name} is "${text}"; it needs to be a number above 0 and at most 1, such as 0.1.`);
  return value;
}

/** Reads the command line. Throws a {@link UsageError} that names the nearest option or the allowed values. */
export function parseOptions(args: readonly string[]): Options {
  const names = Object.keys(flags);
  for (const arg of args) {
    const name = /^--([^=]+)/.exec(arg)?.[1];
    if (name && !names.includes(name))
      throw new UsageError(
        `There is no option --${name}. The nearest are ${nearestNames(name, names)
          .map((near) => `--${near}`)
          .join(', ')}; --help lists all.`,
      );
  }
  let values: Record<string, string | boolean | string[] | undefined>;
  try {
    ({ values } = parseArgs({
      args: args.filter((arg, i) => !(arg === '--' && i === 0)),
      options: flags,
      strict: true,
    }));
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]!.replace(/\.?$/, '.'));
  }
  const text = (name: string) => values[name] as string | undefined;
  const scale = text('scale') ?? (text('model') ? 'checkpoint' : 'mini');
  const known = scales.filter((name) => !needsNoSubject(name));
  if (!known.includes(scale as (typeof known)[number]))
    throw new UsageError(`There is no scale "${scale}". The scales are ${known.join(', ')}.`);
  if ((scale === 'mini') === (text('model') !== undefined))
    throw new UsageError(
      scale === 'mini'
        ? '--scale mini is for the shipped models; leave out --model.'
        : `--scale ${scale} needs --model <model>.`,
    );
  const subject = (values.subject as string[] | undefined) ?? [];
  if (subject.length > 0 && text('model'))
    throw new UsageError('--subject and --model both say what to measure; give one of them.');
  if (text('task') !== undefined && !text('model'))
    throw new UsageError('--task needs --model <model>: the checkpoint to measure on the texts of the task.');
  if (text('fraction') !== undefined && text('task') === undefined)
    throw new UsageError('--fraction is of the rows of a task; name it with --task.');
  if (values['update-accepted'] && !text('reason')?.trim())
    throw new UsageError("--update-accepted needs --reason '<why the accepted verdicts change>'.");
  for (const name of ['sample', 'with-glue', 'thorough'])
    if (values['update-accepted'] && values[name])
      throw new UsageError(`--update-accepted records the measurements that everyone makes; leave out --${name}.`);
  if (text('reason') && !values['update-accepted'])
    throw new UsageError('--reason is only for use with --update-accepted.');
  return {
    paper: (values.paper as string[] | undefined) ?? [],
    only: (values.only as string[] | undefined) ?? [],
    subject,
    smoke: values.smoke === true,
    scale: scale as Subject['scale'],
    model: text('model'),
    task: text('task'),
    fraction: text('task') === undefined ? undefined : shareOf('fraction', text('fraction') ?? '1'),
    backend: text('backend'),
    threads: integer('threads', text('threads'), 1),
    lanes: integer('lanes', text('lanes'), 1),
    seed: integer('seed', text('seed'), 0) ?? 1,
    sample: integer('sample', text('sample'), 1),
    withGlue: values['with-glue'] === true,
    thorough: values.thorough === true,
    out: text('out') ?? 'out',
    json: values.json === true,
    resume: values.resume === true,
    dryRun: values['dry-run'] === true,
    updateAccepted: values['update-accepted'] === true,
    reason: text('reason'),
    record: values.record === true,
    help: values.help === true,
  };
}
