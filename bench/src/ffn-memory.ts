import { createTriggerScan, readout, type TriggerBlock } from '@interlayer/ffn-memory';
import { createGpt, type GptInputs, type GptPoint } from '@interlayer/gpt-model';
import { type Matrix, matrix } from '@interlayer/linalg';
import { startBackend } from '@interlayer/runtime';
import { median } from '@interlayer/stats';
import { compileMatmul, createExecutor, dataOf, type Executor } from '@interlayer/tensor-compile';
import { capture } from '@interlayer/tensor-hooks';
import * as tf from '@tensorflow/tfjs-core';
import type { Benchmark } from './benchmark';
import { type Contestant, interleave } from './interleave';
import { spreadIds } from './subject';

/** The shape of mini-gpt. */
const [LAYERS, CELLS, WIDTH, VOCABULARY] = [6, 512, 128, 4096];
const TOP = 50;
/** Sentences of equal length, like a batch from a model. */
const [SENTENCES, LENGTH] = [256, 32];
const TOKENS = SENTENCES * LENGTH;

/** How many values per second are read out, and how many tokens per second are scanned for triggers, compared with plain loops. */
export const ffnMemory: Benchmark = {
  name: 'ffn-memory',
  async run({ threads, rounds }) {
    await startBackend({ backend: 'wasm', log: () => {} });
    const executor = await createExecutor({ provider: 'cpu', threads: Math.max(...threads), spin: true });
    try {
      const times = {
        ...(await interleave(await valuePass(executor), { rounds })),
        ...(await interleave(triggerScan(), { rounds })),
        ...(await interleave(wholeScan(executor), { rounds })),
      };
      const items = (name: string) => (name.startsWith('values') ? CELLS : TOKENS);
      const medians = Object.fromEntries(
        Object.entries(times).map(([name, values]) => [name, items(name) / median(values)]),
      );
      const ratio = (a: string, b: string) => medians[a]! / medians[b]!;
      return {
        title: `values: cells of ${WIDTH} × ${VOCABULARY} tokens; scan: tokens, ${CELLS} cells, top ${TOP}; model: tokens, ${LAYERS} layers`,
        unit: 'thousand/s',
        medians,
        ratios: {
          valuesCompiledVsNaive: ratio('values, compiled product', 'values, naive loop'),
          scanVsNaive: ratio('scan of one layer', 'scan of one layer, naive loop'),
          scanVsForward: ratio('model and scan of best places', 'model alone'),
          scanOfAllVsForward: ratio('model and scan of all places', 'model alone'),
        },
        notes: { executor: executor.name, sentences: SENTENCES, length: LENGTH },
      };
    } finally {
      await executor.dispose();
    }
  },
};

const waves = (length: number, step: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * i * step));

/** For the values of one layer: the top token, its probability and the rank of another token. */
async function valuePass(executor: Executor): Promise<Contestant[]> {
  const values = matrix(waves(CELLS * WIDTH, 0.37), WIDTH);
  const embedding = matrix(waves(VOCABULARY * WIDTH, 0.11), WIDTH);
  const tokens = Int32Array.from({ length: CELLS }, (_, cell) => (cell * 31) % VOCABULARY);
  const matmul = compileMatmul(executor);
  const expected = naiveReadout(values, embedding, tokens);
  const { top, rankOf } = await readout(values, embedding, { rankOf: [tokens], matmul });
  if (top.some((token, cell) => token !== expected.top[cell])) throw new Error('the value passes differ');
  if (rankOf[0]!.some((rank, cell) => Math.abs(rank - expected.rank[cell]!) > 1)) throw new Error('the ranks differ');
  return [
    { name: 'values, naive loop', run: async () => void naiveReadout(values, embedding, tokens) as undefined },
    {
      name: 'values, plain product',
      run: async () => void (await readout(values, embedding, { rankOf: [tokens] })) as undefined,
    },
    {
      name: 'values, compiled product',
      run: async () => void (await readout(values, embedding, { rankOf: [tokens], matmul })) as undefined,
    },
  ];
}

/** The obvious way: all logits of a cell as an array, a softmax, a sort. */
function naiveReadout(values: Matrix, embedding: Matrix, tokens: ArrayLike<number>) {
  const found = { top: [] as number[], probability: [] as number[], rank: [] as number[] };
  for (let cell = 0; cell < values.rows; cell++) {
    const logits = Array.from({ length: embedding.rows }, (_, token) => {
      let sum = 0;
      for (let k = 0; k < WIDTH; k++) sum += values.data[cell * WIDTH + k]! * embedding.data[token * WIDTH + k]!;
      return sum;
    });
    const order = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]!);
    const largest = logits[order[0]!]!;
    found.top.push(order[0]!);
    found.probability.push(1 / logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
    found.rank.push(order.indexOf(tokens[cell]!));
  }
  return found;
}

/** The scores of one layer, batch after batch of sentences. */
function triggerScan(): Contestant[] {
  const scores = matrix(waves(TOKENS * CELLS, 0.23), CELLS);
  const { examples, positions } = places();
  const block: TriggerBlock = { layer: 0, scores, examples, positions };
  const scan = createTriggerScan({ layers: 1, cells: CELLS, top: TOP });
  scan.add(block);
  const found = scan.result();
  if (naiveScan(block).some((list, cell) => list.some(({ example }, i) => example !== found.examples[cell * TOP + i])))
    throw new Error('the scans differ');
  const later = laterSentences(examples);
  return [
    { name: 'scan of one layer, naive loop', run: async () => void naiveScan(block) as undefined },
    { name: 'scan of one layer', run: async () => scan.add({ ...block, examples: later() }) as undefined },
  ];
}

/** Renumbers the same batch at each call, as in a long corpus: most scores do not make it into lists that are full. */
function laterSentences(examples: Int32Array): () => Int32Array {
  let seen = 0;
  return () => {
    seen += SENTENCES;
    return examples.map((example) => example + seen);
  };
}

const places = () => ({
  examples: Int32Array.from({ length: TOKENS }, (_, i) => Math.floor(i / LENGTH)),
  positions: Int32Array.from({ length: TOKENS }, (_, i) => i % LENGTH),
});

/** The obvious way: for each cell the best place in every sentence, sorted. */
function naiveScan({ scores, examples, positions }: TriggerBlock) {
  return Array.from({ length: CELLS }, (_, cell) => {
    const best = new Map<number, { score: number; example: number; position: number }>();
    for (let row = 0; row < scores.rows; row++) {
      const score = scores.data[row * CELLS + cell]!;
      const example = examples[row]!;
      if (score > 0 && score > (best.get(example)?.score ?? 0))
        best.set(example, { score, example, position: positions[row]! });
    }
    return [...best.values()].sort((a, b) => b.score - a.score || a.example - b.example).slice(0, TOP);
  });
}

/** A model of mini-gpt's shape and the scan of all its layers: how much of the forward pass's speed remains? */
function wholeScan(executor: Executor): Contestant[] {
  const model = createGpt(
    {
      vocab_size: VOCABULARY,
      n_positions: 128,
      n_embd: WIDTH,
      n_layer: LAYERS,
      n_head: 4,
      n_inner: CELLS,
      activation_function: 'relu',
      final_layer_norm: false,
    },
    { seed: 1 },
  ).withHead(false);
  const ids = spreadIds(SENTENCES, LENGTH, VOCABULARY);
  const points = Array.from({ length: LAYERS }, (_, layer) => `layers.${layer}.ffn.preactivation` as GptPoint);
  const trace = (ids: tf.Tensor2D) => {
    const run = capture(model, { ids }, points);
    return points.map((point) => run.at(point) as tf.Tensor3D);
  };
  const alone = executor.compile((inputs: GptInputs) => model.run(inputs).hidden);
  const all = executor.compile(({ ids }: GptInputs) => trace(ids));
  const best = executor.compile(({ ids }: GptInputs) =>
    trace(ids).map((scores) => ({ best: tf.max(scores, 1), at: tf.argMax(scores, 1) })),
  );
  const { examples, positions } = places();
  const laterPlaces = laterSentences(examples);
  const laterRows = laterSentences(Int32Array.from({ length: SENTENCES }, (_, i) => i));
  const [ofAll, ofBest] = [0, 1].map(() => createTriggerScan({ layers: LAYERS, cells: CELLS, top: TOP })) as [
    ReturnType<typeof createTriggerScan>,
    ReturnType<typeof createTriggerScan>,
  ];
  return [
    { name: 'model alone', run: async () => void (await alone({ ids })) as undefined },
    {
      name: 'model and scan of all places',
      run: async () => {
        const layers = await all({ ids });
        const examples = laterPlaces();
        for (const [layer, scores] of layers.entries())
          ofAll.add({ layer, scores: matrix(dataOf(scores, 'float32'), CELLS), examples, positions });
        return undefined;
      },
    },
    {
      name: 'model and scan of best places',
      run: async () => {
        const layers = await best({ ids });
        const examples = laterRows();
        for (const [layer, { best, at }] of layers.entries())
          ofBest.add({
            layer,
            scores: matrix(dataOf(best, 'float32'), CELLS),
            examples,
            positions: dataOf(at, 'int32'),
          });
        return undefined;
      },
    },
  ];
}
