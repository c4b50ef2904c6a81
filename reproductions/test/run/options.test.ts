import { describe, expect, it } from 'vitest';
import { help, parseOptions } from '../../src/run/options';

describe('parseOptions', () => {
  it('has defaults', () => {
    expect(parseOptions([])).toEqual({
      paper: [],
      only: [],
      subject: [],
      smoke: false,
      scale: 'mini',
      model: undefined,
      task: undefined,
      fraction: undefined,
      backend: undefined,
      threads: undefined,
      seed: 1,
      sample: undefined,
      withGlue: false,
      thorough: false,
      out: 'out',
      json: false,
      resume: false,
      dryRun: false,
      updateAccepted: false,
      reason: undefined,
      record: false,
      help: false,
    });
  });

  it('reads whether to fine-tune on GLUE, or to train for long, for which there are no accepted verdicts', () => {
    expect(parseOptions(['--with-glue']).withGlue).toBe(true);
    expect(parseOptions(['--thorough']).thorough).toBe(true);
  });

  it('reads every other option, and passes over the "--" of a package manager', () => {
    const args =
      '-- --paper geva-2021 --paper zhao-2021 --only geva-2021/c1* --smoke --model m --backend wasm --threads 2 --seed 7 --out o --json --resume --dry-run --update-accepted --reason why --record';
    expect(parseOptions(args.split(' '))).toMatchObject({
      paper: ['geva-2021', 'zhao-2021'],
      only: ['geva-2021/c1*'],
      smoke: true,
      scale: 'checkpoint',
      model: 'm',
      backend: 'wasm',
      threads: 2,
      seed: 7,
      out: 'o',
      json: true,
      resume: true,
      dryRun: true,
      updateAccepted: true,
      reason: 'why',
      record: true,
    });
    expect(parseOptions(['--subject', 'mini-gpt', '--subject=mini-bert']).subject).toEqual(['mini-gpt', 'mini-bert']);
  });

  it('reads a task and the share of its rows, which is all unless given', () => {
    const task = ['--model', 'm', '--task', 'mnli'];
    expect(parseOptions([...task, '--fraction', '0.1'])).toMatchObject({ task: 'mnli', fraction: 0.1 });
    expect(parseOptions(task).fraction).toBe(1);
  });

  it.each<[string[], string]>([
    [['--task', 'mnli'], '--task needs --model'],
    [['--model', 'm', '--fraction', '0.1'], '--fraction is of the rows of a task; name it with --task'],
    ...['0', '-0.1', '1.1', '10%', '', 'NaN'].map((share): [string[], string] => [
      ['--model', 'm', '--task', 'mnli', `--fraction=${share}`],
      `--fraction is "${share}"; it needs to be a number above 0 and at most 1`,
    ]),
    [['--pape', 'geva-2021'], 'no option --pape. The nearest are --paper'],
    [['--resum'], '--resume'],
    [['geva-2021'], "Unexpected argument 'geva-2021'"],
    [['--seed', 'x'], '--seed is "x"; it needs to be a whole number of at least 0'],
    [['--threads', '0'], '--threads is "0"'],
    [['--scale', 'large'], 'The scales are mini, checkpoint, paper'],
    [['--scale', 'exact'], 'The scales are mini, checkpoint, paper'],
    [['--scale', 'checkpoint'], '--scale checkpoint needs --model'],
    [['--scale', 'mini', '--model', 'm'], 'leave out --model'],
    [['--subject', 'mini-gpt', '--model', 'm'], 'give one of them'],
    [['--sample', '0'], '--sample is "0"; it needs to be a whole number of at least 1'],
    [['--seed', '1.5'], '--seed is "1.5"'],
    [['--only'], '--only'],
    [['--update-accepted'], 'needs --reason'],
    [['--update-accepted', '--reason', ' '], 'needs --reason'],
    [['--reason', 'x'], 'only for use with --update-accepted'],
    [['--update-accepted', '--reason', 'x', '--sample', '9'], 'leave out --sample'],
    [['--update-accepted', '--reason', 'x', '--with-glue'], 'leave out --with-glue'],
    [['--update-accepted', '--reason', 'x', '--thorough'], 'leave out --thorough'],
  ])('%j is refused: %s', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});

it('--help', () => {
  expect(help()).toMatchInlineSnapshot(`
    "pnpm reproduce [options]
    pnpm reproduce diff <report> <report>

    Measures the claims of the papers on models that this repository trained, and compares every verdict with the
    accepted one. Writes report.html, report.md and report.json. diff compares two report.json files, or folders that
    hold one: which verdicts, estimates and controls moved, and by how much.

    Options
      --paper <paper>      claims of one paper (may be repeated)
      --only <id>          claims whose id matches, e.g. 'geva-2021/c1*' (may be repeated)
      --smoke              one claim per paper, on trained weights where that is quick
      --subject <subject>  the model to measure (may be repeated): mini-gpt, mini-bert, …; default: the one each paper is about
      --scale <scale>      what --model is: checkpoint (the default), or paper for the paper's own, of which all is asserted
      --model <model>      measure this checkpoint instead: a folder, or owner/name[@revision] on the hub
      --task <task>        with --model: measure zhao-2021 on the texts of this task of GLUE, such as mnli; verdicts are then not compared
      --fraction <share>   of the rows of --task, above 0 and at most 1; the paper takes 0.1; default 1
      --backend <name>     what runs the model; default: the fastest that works here
      --threads <n>        threads of each process that measures; default: one, or all cores where it measures alone (see --lanes)
      --lanes <n>          processes that measure side by side; default: as many as cores and free memory have room for; checkpoints, times, and what runs on a named GPU backend are measured alone
      --seed <n>           seed of everything drawn; default 1
      --sample <n>         at most this many examples a claim, for a slow device; verdicts are then not compared with accepted ones
      --with-glue          fine-tune on SST-2, CoLA, MRPC and RTE as well (about half an hour); verdicts are then not compared
      --thorough           all interventions of zhao-2021, each trained for 7 % of pre-training (hours); verdicts are then not compared
      --out <folder>       where the report goes; default out
      --json               the report on standard output, and nothing else there
      --resume             keep the finished claims of an interrupted run with the same settings
      --dry-run            list the claims with their cost, measure nothing
      --update-accepted    record the verdicts as the accepted ones; needs --reason
      --reason <text>      why the accepted verdicts change
      --record             keep the results in reproductions/reports/<subject>, for models outside of the repository
      -h, --help           this text

    Exit codes
      0    every verdict is as accepted; diff: nothing moved
      1    a verdict changed, or a claim cost more than twice its budget; diff: something moved
      2    a control failed that passed when the verdicts were accepted: the numbers cannot be trusted
      3    nothing could be measured, or nothing of the model that was named (unknown option,
           missing model or backend); diff: a report cannot be read
      130  stopped by Ctrl-C; --resume continues
    "
  `);
});
