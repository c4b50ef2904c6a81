import type { Report } from './report';
import { withThreads } from './with-threads';

const [BEGIN, END] = ['<!-- speed: from bench/results.json, by `pnpm bench --readme` -->', '<!-- /speed -->'];

/** What the README says about speed: every figure is a recorded result or derived from one. */
export function speedSection({ machine, results }: Report): string {
  const { 'training-step': step, forward, throughput, sweep, hooks } = results;
  const parts: (string | undefined)[] = [BEGIN];
  if (step && forward) {
    parts.push(
      `One masked-language-model training step (4 layers, d 128, 2,048 tokens, AdamW; medians of interleaved runs, each after an uncounted one; losses agree to ${bound(step.notes.largestDifference as number)}) and the forward pass of a BERT-base (8 × 128 tokens), on ${machine.cores} cores of an ${machine.cpu}. \`pnpm bench\` measures them again; the recorded results are in [bench/results.json](bench/results.json).`,
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
        `On two threads the compiled step computes the gradients of half the batch on each (\`compileParallelStep\`); as one graph, whose operators share the threads, it takes ${whole(graph)} ${step.unit}. The compiled forward pass reads its weights from \`state\`; with the weights frozen into the graph, which takes more memory, it reaches ${whole(frozen)} ${forward.unit} on two threads.`,
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
      'Training the shipped models, in tokens per second, and the share of that time spent on matrix products:',
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
      parts.push(`Here too each of two threads takes half the batch; as one graph: ${graphs.join(', ')} tokens/s.`);
  }
  if (sweep)
    parts.push(
      `All 66 orders of a 12-layer model (d 256) with two layers swapped, 1,024 tokens each: ${engines(
        machine,
        sweep.notes,
      )
        .flatMap(({ name, key, threads }) => {
          const value = find(sweep.medians, threads ? withThreads(key, 2) : key);
          return value === undefined ? [] : `${name} ${whole(value)} s`;
        })
        .join(
          ', ',
        )}${sweep.notes.PyTorch ? ', on two threads where the engine supports them' : ''}. The compiled pass is one graph that reads the layers' weights in each order.`,
    );
  if (step?.notes.PyTorch)
    parts.push(
      "PyTorch computes matrix products with Intel's MKL, which chooses slower code on other makers' processors. The benchmark tries its instruction sets, optimisers and attention implementations, and uses the fastest. We have not measured these ratios on an Intel processor.",
    );
  if (forward)
    parts.push(
      `A BERT-base loaded from its file, compiled with its weights in \`state\` and run on 8 × 128 tokens uses at most ${((forward.notes.peakMemoryMB as number) / 1e3).toFixed(1)} GB (\`peakMemoryMB\` in \`pnpm bench --only forward\`).`,
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
        : `, and in a compiled pass ${percent(all)}, of which ${percent(all - Math.max(0, added))} are the copies it returns`;
    parts.push(
      `Unused hook points cost ${upper <= 0 ? 'nothing measurable' : `at most ${percent(upper)}`} in an eager forward pass (upper 95 % bound over ${pairs} paired runs of a 6-layer model${upper <= 0 ? ': below zero' : ''}); capturing all ${points} of them costs about ${percent(hooks.ratios['eager.capturedOverhead']!)}${compiled}.`,
    );
  }
  for (const { title, unit, medians, ratios, bars = {} } of Object.values(results)) {
    const goals = Object.entries(bars).map(
      ([name, bar]) => `\`${name}\` is ${ratios[name]!.toFixed(2)}; the goal is at least ${bar}`,
    );
    if (goals.length === 0) continue;
    const times = Object.entries(medians).map(([name, value]) => `${name}: ${value.toPrecision(3)} ${unit}`);
    parts.push(`${title[0]!.toUpperCase()}${title.slice(1)}. ${times.join('; ')}. ${goals.join('. ')}.`);
  }
  return [...parts.map((part) => (part?.startsWith('|') ? part : wrap(part!))), END].join('\n\n');
}

/** `readme` with its speed section rewritten. */
export function withSpeedSection(readme: string, report: Report): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md lacks the line ${begin < 0 ? BEGIN : END}`);
  return readme.slice(0, begin) + speedSection(report) + readme.slice(end + END.length);
}

/** The rows: an engine's name in the README, its key in the results, and whether it ran with several numbers of threads. */
function engines({ onnxruntime }: Report['machine'], notes: Record<string, unknown>) {
  const torch = (notes.PyTorch as { torch: string } | undefined)?.torch.replace(/\+.*/, '');
  return [
    { name: `compiled (\`tensor-compile\`, onnxruntime ${onnxruntime})`, key: 'compiled', threads: true },
    ...(torch ? [{ name: `PyTorch ${torch} at its best settings here`, key: 'PyTorch', threads: true }] : []),
    ...(notes['tfjs-node'] ? [{ name: 'tfjs-node', key: 'tfjs-node', threads: true }] : []),
    { name: 'tfjs wasm with our kernel pack', key: 'wasm with the kernel pack', threads: false },
    { name: 'stock tfjs wasm', key: 'stock wasm', threads: false },
  ];
}

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
