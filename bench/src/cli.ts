/** `pnpm bench`: runs the benchmarks in turn, writes JSON and prints a table. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { attentionMapsBenchmark } from './attention-maps';
import type { Benchmark, BenchResult } from './benchmark';
import { cka } from './cka';
import { ffnMemory } from './ffn-memory';
import { forward } from './forward';
import { hooks } from './hooks';
import { layerPermute } from './layer-permute';
import { linearProbe } from './linear-probe';
import { llamaForward } from './llama-forward';
import { matmul } from './matmul';
import { nonlinearity } from './nonlinearity';
import { findPython } from './peer';
import { headline, json, record, recorded, writeReadme } from './record';
import { report, thisMachine } from './report';
import { sweep } from './sweep';
import { table } from './table';
import { throughput } from './throughput';
import { trainingStep } from './training-step';

const benchmarks: readonly Benchmark[] = [
  matmul,
  forward,
  llamaForward,
  trainingStep,
  throughput,
  hooks,
  sweep,
  layerPermute,
  ffnMemory,
  linearProbe,
  cka,
  nonlinearity,
  attentionMapsBenchmark,
];

const HELP = `pnpm bench [options]

  --only NAMES    which benchmarks: ${benchmarks.map(({ name }) => name).join(', ')}
  --threads LIST  thread counts to try (default 1,2)
  --rounds N      counted rounds for each contestant (default 9, at least 5)
  --json          print the results as JSON and nothing else
  --out FOLDER    where to write bench.json (default out)
  --record        also record the results in this processor's block of bench/results.json, and in the README
  --readme        only rewrite the README's section on speed from bench/results.json
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      threads: { type: 'string', default: '1,2' },
      rounds: { type: 'string', default: '9' },
      json: { type: 'boolean', default: false },
      out: { type: 'string', default: 'out' },
      record: { type: 'boolean', default: false },
      readme: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  if (values.readme) return writeReadme();
  const names = values.only?.split(',') ?? benchmarks.map(({ name }) => name);
  for (const name of names)
    if (!benchmarks.some((benchmark) => benchmark.name === name))
      throw new Error(
        `there is no benchmark "${name}"; expected some of ${benchmarks.map((benchmark) => benchmark.name).join(', ')}`,
      );
  const chosen = benchmarks.filter(({ name }) => names.includes(name));
  const threads = values.threads.split(',').map(Number);
  const rounds = Number(values.rounds);
  if (threads.some((count) => !Number.isInteger(count) || count < 1))
    throw new Error(`--threads ${values.threads}: expected whole numbers such as 1,2`);
  if (!Number.isInteger(rounds) || rounds < 5)
    throw new Error(`--rounds ${values.rounds}: expected a whole number of at least 5`);
  console.error(headline(thisMachine(), recorded(), values.record));
  const context = { threads, rounds, python: findPython() };
  const results: Record<string, BenchResult> = {};
  for (const { name, run } of chosen) {
    console.error(`▸ ${name}`);
    results[name] = await run(context);
    if (!values.json) console.log(table(results[name]));
  }
  const measured = report(results);
  mkdirSync(values.out, { recursive: true });
  writeAtomicallySync(join(values.out, 'bench.json'), json(measured));
  if (values.record) record(measured);
  if (values.json) process.stdout.write(json(measured));
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
