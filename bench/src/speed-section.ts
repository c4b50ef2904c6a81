import type { BenchResult } from './benchmark';
import { processorLabel } from './processor';
import type { Report } from './report';
import { withThreads } from './with-threads';

const [BEGIN, END] = ['<!-- speed: from bench/results.json, by `pnpm bench --readme` -->', '<!-- /speed -->'];

/** What the README says about speed: every figure is a recorded result or derived from one. */
export function speedSection(processors: readonly Report[]): string {
  const parts = [
    BEGIN,
    ...stepAndForward(processors),
    ...training(processors),
    ...processors.flatMap(sweepOf),
    ...howPyTorchFares(processors),
    ...processors.flatMap(memoryOf),
    ...processors.flatMap(hooksOf),
    ...processors.flatMap(goalsOf),
  ];
  return [...parts.map((part) => (part.startsWith('|') ? part : wrap(part))), END].join('\n\n');
}

/** A table of the training step and the forward pass on every processor, and what else was measured of them. */
function stepAndForward(processors: readonly Report[]): string[] {
  const measured = processors.filter(({ results }) => results['training-step'] && results.forward);
  if (measured.length === 0) return [];
  const stepOf = ({ results }: Report) => results['training-step']!;
  const forwardOf = ({ results }: Report) => results.forward!;
  const difference = Math.max(...measured.map((report) => stepOf(report).notes.largestDifference as number));
  const parts = [
    `One masked-language-model training step (4 layers, d 128, 2,048 tokens, AdamW; medians of interleaved runs, each after an uncounted one; losses agree to ${bound(difference)}) and the forward pass of a BERT-base (8 × 128 tokens), on ${measured.map(({ machine }) => `${machine.cores} cores of ${article(labelOf({ machine }))}`).join(' and ')}. \`pnpm bench\` measures them again on your processor; the recorded results are in [bench/results.json](bench/results.json).`,
    table(
      ['engine', 'processor', 'step, 1 thread', 'step, 2 threads', 'forward, 1 thread', 'forward, 2 threads'],
      engineRows(measured, stepOf, ({ name, key, threads }, report) => [
        [
          name,
          labelOf(report),
          ...[stepOf(report), forwardOf(report)].flatMap(({ medians, unit }) =>
            [1, 2].map((count) => {
              const value = find(medians, threads ? withThreads(key, count) : count === 1 ? key : undefined);
              return value === undefined ? '' : `${whole(value)} ${unit}`;
            }),
          ),
        ],
      ]),
    ),
  ];
  const oneGraph = onEach(measured, (report) => withUnit(stepOf(report), 'compiled in one graph, 2 threads'));
  if (oneGraph)
    parts.push(
      `On two threads the compiled step computes the gradients of half the batch on each (\`compileParallelStep\`); as one graph, whose operators share the threads, it takes ${oneGraph}.`,
    );
  const frozen = onEach(measured, (report) => withUnit(forwardOf(report), 'compiled with frozen weights, 2 threads'));
  if (frozen)
    parts.push(
      `The compiled forward pass reads its weights from \`state\`; with the weights frozen into the graph, which takes more memory, on two threads it reaches ${frozen}.`,
    );
  return parts;
}

/** A table of how fast the shipped models train, and the share of their matrix products. */
function training(processors: readonly Report[]): string[] {
  const measured = processors.filter(({ results }) => results.throughput);
  if (measured.length === 0) return [];
  const models = ['mini-bert', 'mini-gpt'];
  const notesOf = ({ results }: Report, model: string) => results.throughput!.notes[model] as ThroughputNotes;
  const cells = (report: Report, model: string, key: string) => {
    const value = find(report.results.throughput!.medians, `${model}: ${key}`);
    const share = find(notesOf(report, model).matmulShares, key)?.share;
    return [value === undefined ? '' : whole(value), share === undefined ? '' : percent(share)];
  };
  const parts = [
    'Training the shipped models, in tokens per second, and the share of that time spent on matrix products:',
    table(
      ['engine', 'processor', ...models.flatMap((model) => [model, 'products'])],
      engineRows(
        measured,
        (report) => ({ notes: notesOf(report, models[0]!) }),
        ({ name, key, threads }, report) =>
          (threads ? [1, 2] : [undefined]).map((count) => [
            count === undefined ? name : withThreads(name, count),
            labelOf(report),
            ...models.flatMap((model) => cells(report, model, count === undefined ? key : withThreads(key, count))),
          ]),
      ),
    ),
  ];
  const graphs = onEach(measured, ({ results }) => {
    const speeds = models.flatMap((model) => {
      const value = results.throughput!.medians[`${model}: compiled in one graph, 2 threads`];
      return value === undefined ? [] : `${model} ${whole(value)}`;
    });
    return speeds.length > 0 ? `${speeds.join(', ')} tokens/s` : undefined;
  });
  if (graphs) parts.push(`Here too each of two threads takes half the batch; as one graph: ${graphs}.`);
  return parts;
}

type ThroughputNotes = { matmulShares: Record<string, { share: number }> } & Record<string, unknown>;

function sweepOf({ machine, results: { sweep } }: Report): string[] {
  if (!sweep) return [];
  const times = engines(machine, sweep.notes).flatMap(({ name, key, threads }) => {
    const value = find(sweep.medians, threads ? withThreads(key, 2) : key);
    return value === undefined ? [] : `${name} ${whole(value)} s`;
  });
  return [
    `All 66 orders of a 12-layer model (d 256) with two layers swapped, 1,024 tokens each, on the ${labelOf({ machine })}: ${times.join(', ')}${sweep.notes.PyTorch ? ', on two threads where the engine supports them' : ''}. The compiled pass is one graph that reads the layers' weights in each order.`,
  ];
}

/** For each processor how PyTorch compares there, and what that says about processors that were not measured. */
function howPyTorchFares(processors: readonly Report[]): string[] {
  const measured = processors.filter(({ results }) => results['training-step']?.notes.PyTorch);
  if (measured.length === 0) return [];
  const vendors = new Set(measured.map(({ machine }) => machine.processor.vendor));
  return [
    "PyTorch computes matrix products with Intel's MKL, which chooses slower code on other makers' processors. The benchmark tries its instruction sets, optimisers and attention implementations, and uses the fastest.",
    ...measured.map((report) => {
      const { 'training-step': step, forward } = report.results;
      const { torch, instructions } = step!.notes.PyTorch as { torch: string; instructions: string };
      const of = (ratios: Record<string, number>) =>
        `${ratios.compiledVsTorch1?.toFixed(2)} times as fast on one thread and ${ratios.compiledVsTorch2?.toFixed(2)} times on two`;
      const fastest = instructions.startsWith('MKL')
        ? 'the instructions that MKL chooses'
        : `${instructions} instructions`;
      return `On the ${labelOf(report)} PyTorch ${release(torch)} is fastest with ${fastest}. Beside it the compiled step is ${of(step!.ratios)}${forward?.notes.PyTorch ? `, the forward pass ${of(forward.ratios)}` : ''}.`;
    }),
    ...(vendors.has('Intel')
      ? []
      : [
          'No Intel processor has been recorded yet. MKL is faster there than on other processors, so do not expect these ratios: `pnpm bench` measures yours, and with `--record` adds it to this section.',
        ]),
  ];
}

function memoryOf({ machine, results: { forward } }: Report): string[] {
  if (!forward) return [];
  return [
    `A BERT-base loaded from its file, compiled with its weights in \`state\` and run on 8 × 128 tokens uses at most ${((forward.notes.peakMemoryMB as number) / 1e3).toFixed(1)} GB on the ${labelOf({ machine })} (\`peakMemoryMB\` in \`pnpm bench --only forward\`).`,
  ];
}

function hooksOf({ machine, results: { hooks } }: Report): string[] {
  if (!hooks) return [];
  const { points, pairs } = hooks.notes;
  const upper = hooks.ratios['eager.unusedOverheadUpper95']!;
  const [added, all] = [hooks.ratios['compiled.capturedOverhead'], hooks.ratios['compiled.capturedOverheadWithCopies']];
  const compiled =
    added === undefined || all === undefined
      ? ''
      : `, and in a compiled pass ${percent(all)}, of which ${percent(all - Math.max(0, added))} are the copies it returns`;
  return [
    `On the ${labelOf({ machine })} unused hook points cost ${upper <= 0 ? 'nothing measurable' : `at most ${percent(upper)}`} in an eager forward pass (upper 95 % bound over ${pairs} paired runs of a 6-layer model${upper <= 0 ? ': below zero' : ''}); capturing all ${points} of them costs about ${percent(hooks.ratios['eager.capturedOverhead']!)}${compiled}.`,
  ];
}

/** Ratios beside the goals that were set for them. */
const goalsOf = ({ machine, results }: Report): string[] =>
  Object.values(results).flatMap(({ title, unit, medians, ratios, bars = {} }) => {
    const goals = Object.entries(bars).map(
      ([name, bar]) => `\`${name}\` is ${ratios[name]!.toFixed(2)}; the goal is at least ${bar}`,
    );
    if (goals.length === 0) return [];
    const times = Object.entries(medians).map(([name, value]) => `${name}: ${value.toPrecision(3)} ${unit}`);
    return [
      `${title[0]!.toUpperCase()}${title.slice(1)}, on the ${labelOf({ machine })}. ${times.join('; ')}. ${goals.join('. ')}.`,
    ];
  });

/** `readme` with its speed section rewritten. */
export function withSpeedSection(readme: string, processors: readonly Report[]): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md lacks the line ${begin < 0 ? BEGIN : END}`);
  return readme.slice(0, begin) + speedSection(processors) + readme.slice(end + END.length);
}

interface Engine {
  /** In the README. */
  name: string;
  /** In the results. */
  key: string;
  /** Whether it ran with several numbers of threads. */
  threads: boolean;
}

function engines({ onnxruntime }: Report['machine'], notes: Record<string, unknown>): Engine[] {
  const { torch } = (notes.PyTorch ?? {}) as { torch?: string };
  return [
    { name: `compiled (\`tensor-compile\`, onnxruntime ${onnxruntime})`, key: 'compiled', threads: true },
    ...(torch ? [{ name: `PyTorch ${release(torch)} at its best settings`, key: 'PyTorch', threads: true }] : []),
    ...(notes['tfjs-node'] ? [{ name: 'tfjs-node', key: 'tfjs-node', threads: true }] : []),
    { name: 'tfjs wasm with our kernel pack', key: 'wasm with the kernel pack', threads: false },
    { name: 'stock tfjs wasm', key: 'stock wasm', threads: false },
  ];
}

/** Rows for each engine, those of all processors below one another. */
function engineRows(
  reports: readonly Report[],
  notesOf: (report: Report) => { notes: Record<string, unknown> },
  rows: (engine: Engine, report: Report) => string[][],
): string[][] {
  const all = reports.flatMap((report) =>
    engines(report.machine, notesOf(report).notes).map((engine) => ({ engine, report })),
  );
  const keys = [...new Set(all.map(({ engine }) => engine.key))];
  return keys.flatMap((key) =>
    all.filter(({ engine }) => engine.key === key).flatMap(({ engine, report }) => rows(engine, report)),
  );
}

/** `104 ms on the AMD EPYC, 120 ms on the Intel Xeon (AVX-512)`; empty if no processor has the value. */
const onEach = (reports: readonly Report[], value: (report: Report) => string | undefined): string =>
  reports
    .flatMap((report) => {
      const text = value(report);
      return text === undefined ? [] : `${text} on the ${labelOf(report)}`;
    })
    .join(', ');

const article = (name: string) => `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`;

const labelOf = ({ machine }: Pick<Report, 'machine'>) => processorLabel(machine.processor);

function withUnit({ medians, unit }: BenchResult, name: string): string | undefined {
  const value = medians[name];
  return value === undefined ? undefined : `${whole(value)} ${unit}`;
}

/** `2.13.0+cpu` → `2.13.0`. */
const release = (version: string) => version.replace(/\+.*/, '');

/** The value with that name; stock wasm may have done less, and then its name says so. */
const find = <T>(values: Readonly<Record<string, T>>, name: string | undefined): T | undefined =>
  Object.entries(values).find(([key]) => key === name || (name?.endsWith('stock wasm') && key.startsWith(name)))?.[1];

const whole = (value: number) => Math.round(value).toLocaleString('en-US');

const percent = (share: number) => `${(100 * share).toFixed(Math.abs(share) < 0.1 ? 1 : 0)} %`;

/** The power of ten that bounds a difference. */
const bound = (difference: number) => `1e${Math.ceil(Math.log10(difference))}`;

const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`.replace(/\| {2}(?=\|)/g, '| '))
    .join('\n');

/** Breaks a paragraph into lines of at most 120 characters. */
function wrap(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line && line.length + word.length + 1 > 120) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines.join('\n');
}
