import type { Report } from './report';
import { withThreads } from './with-threads';

const [BEGIN, END] = ['<!-- speed: from bench/results.json, by `pnpm bench --readme` -->', '<!-- /speed -->'];

/** What the README says of speed: every figure of it is one of the recorded results, or made of them. */
export function speedSection({ machine, results }: Report): string {
  const { 'training-step': step, forward, throughput, sweep, hooks } = results;
  const parts: (string | undefined)[] = [BEGIN];
  if (step && forward) {
    parts.push(
      `One masked-language-model training step (4 layers, d 128, 2,048 tokens, AdamW; medians of runs in turn, each after one that is not counted, losses equal to ${bound(step.notes.largestDifference as number)}), and the forward pass of a BERT-base (8 × 128 tokens), on ${machine.cores} cores of an ${machine.cpu}. \`pnpm bench\` measures them anew; [bench/results.json](bench/results.json) holds the runs.`,
      table(
        ['engine', 'step, 1 thread', 'step, 2 threads', 'forward, 1 thread', 'forward, 2 threads'],
        engines(machine, step.notes).map(({ name, key, threads }) => [
          name,
          ...[step, forward].flatMap(({ medians, unit }) =>
            [1, 2].map((count) => {
              const value = find(medians, threads ? withThreads(key, count) : count === 1 ? key : undefined);
              return value === undefined ? '' : `${whole(value)} ${unit}`;
            }),
          ),
        ]),
      ),
    );
    const [graph, frozen] = [
      step.medians['compiled in one graph, 2 threads'],
      forward.medians['compiled with frozen weights, 2 threads'],
    ];
    if (graph !== undefined && frozen !== undefined)
      parts.push(
        `On two threads the compiled step computes the gradients of a half of the batch on each (\`compileParallelStep\`); as one graph, whose operators share the threads, it takes ${whole(graph)} ${step.unit}. The compiled forward pass reads its weights from \`state\`; with weights frozen into the graph, which takes more memory, it makes ${whole(frozen)} ${forward.unit} on two threads.`,
      );
  }
  if (throughput) {
    const models = ['mini-bert', 'mini-gpt'];
    const first = throughput.notes[models[0]!] as Record<string, unknown>;
    const cells = (model: string, key: string) => {
      const value = find(throughput.medians, `${model}: ${key}`);
      const shares = (throughput.notes[model] as { matmulShares: Record<string, { share: number }> }).matmulShares;
      const share = find(shares, key)?.share;
      return [value === undefined ? '' : whole(value), share === undefined ? '' : percent(share)];
    };
    parts.push(
      'Training the models that are shipped, in tokens a second, and the part of that time that goes to matrix products:',
      table(
        ['engine', ...models.flatMap((model) => [model, 'products'])],
        engines(machine, first).flatMap(({ name, key, threads }) =>
          (threads ? [1, 2] : [undefined]).map((count) => [
            count === undefined ? name : withThreads(name, count),
            ...models.flatMap((model) => cells(model, count === undefined ? key : withThreads(key, count))),
          ]),
        ),
      ),
    );
    const graphs = models.flatMap((model) => {
      const value = throughput.medians[`${model}: compiled in one graph, 2 threads`];
      return value === undefined ? [] : `${model} ${whole(value)}`;
    });
    if (graphs.length > 0)
      parts.push(`There too two threads take a half of the batch each; as one graph: ${graphs.join(', ')} tokens/s.`);
  }
  if (sweep)
    parts.push(
      `All 66 orders of a 12-layer model (d 256) in which two layers have changed places, 1,024 tokens each: ${engines(
        machine,
        sweep.notes,
      )
        .flatMap(({ name, key, threads }) => {
          const value = find(sweep.medians, threads ? withThreads(key, 2) : key);
          return value === undefined ? [] : `${name} ${whole(value)} s`;
        })
        .join(
          ', ',
        )}${sweep.notes.PyTorch ? '; on two threads where an engine has them' : ''}. The compiled pass is one graph, which reads the layers' weights in each order.`,
    );
  if (step?.notes.PyTorch)
    parts.push(
      "PyTorch's matrix products are Intel's MKL, which chooses slower code on processors of another make; the benchmark tries its instruction sets, optimisers and forms of attention, and takes the fastest. On an Intel processor these ratios were not measured.",
    );
  if (forward)
    parts.push(
      `A BERT-base read from its file, compiled with its weights in \`state\` and run on 8 × 128 tokens peaks at ${((forward.notes.peakMemoryMB as number) / 1e3).toFixed(1)} GB (\`peakMemoryMB\` of \`pnpm bench --only forward\`).`,
    );
  if (hooks) {
    const { points, pairs } = hooks.notes;
    const upper = hooks.ratios['eager.unusedOverheadUpper95']!;
    const [added, all] = [
      hooks.ratios['compiled.capturedOverhead'],
      hooks.ratios['compiled.capturedOverheadWithCopies'],
    ];
    const compiled =
      added === undefined || all === undefined
        ? ''
        : `, in a compiled pass ${percent(all)}, of which ${percent(all - Math.max(0, added))} are the copies that are handed out`;
    parts.push(
      `Hook points that nobody listens to cost ${upper <= 0 ? 'nothing that can be measured' : `at most ${percent(upper)}`} in an eager forward pass (upper 95 % bound of ${pairs} paired runs of a 6-layer model${upper <= 0 ? ': below zero' : ''}); capturing all ${points} of them costs about ${percent(hooks.ratios['eager.capturedOverhead']!)}${compiled}.`,
    );
  }
  return [...parts.map((part) => (part?.startsWith('|') ? part : wrap(part!))), END].join('\n\n');
}

/** `readme` with its section on speed made anew. */
export function withSpeedSection(readme: string, report: Report): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the README lacks the line ${begin < 0 ? BEGIN : END}`);
  return readme.slice(0, begin) + speedSection(report) + readme.slice(end + END.length);
}

/** The rows: how the README calls an engine, how the results do, and whether they tell of several numbers of threads. */
function engines({ onnxruntime }: Report['machine'], notes: Record<string, unknown>) {
  const torch = (notes.PyTorch as { torch: string } | undefined)?.torch.replace(/\+.*/, '');
  return [
    { name: `compiled (\`tensor-compile\`, onnxruntime ${onnxruntime})`, key: 'compiled', threads: true },
    ...(torch ? [{ name: `PyTorch ${torch} at its best settings here`, key: 'PyTorch', threads: true }] : []),
    ...(notes['tfjs-node'] ? [{ name: 'tfjs-node', key: 'tfjs-node', threads: true }] : []),
    { name: 'tfjs wasm with our kernel pack', key: 'wasm with the kernel pack', threads: false },
    { name: 'tfjs wasm as it is', key: 'stock wasm', threads: false },
  ];
}

/** The value of that name; where stock wasm did less, its name says so. */
const find = <T>(values: Readonly<Record<string, T>>, name: string | undefined): T | undefined =>
  Object.entries(values).find(([key]) => key === name || (name?.endsWith('stock wasm') && key.startsWith(name)))?.[1];

const whole = (value: number) => Math.round(value).toLocaleString('en-US');

const percent = (share: number) => `${(100 * share).toFixed(Math.abs(share) < 0.1 ? 1 : 0)} %`;

/** The power of ten that a difference stays under. */
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
