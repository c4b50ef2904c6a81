import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createExecutor, type Executor, hostTensor, softmaxCrossEntropy } from '@interlayer/tensor-compile';
import { capture } from '@interlayer/tensor-hooks';
import { difference, expectParity, type ParityRow, shared, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readReference } from '../../transformer/test/reference';
import { generate, type LlamaInputs, type LlamaPoint, type LoadedLlama, loadLlama } from '../src/index';

// INTERLAYER_FULL=1 also measures the loss, and continues the whole text; by default only its first words.
const full = process.env.INTERLAYER_FULL === '1';

/** The points under the names of the reference file. */
const sites: Record<string, string> = {
  attention_norm: 'attention.input',
  query: 'attention.query',
  key: 'attention.key',
  value: 'attention.value',
  attention_probabilities: 'attention.probabilities',
  context: 'attention.context',
  attention_output: 'attention.output',
  residual_middle: 'middle',
  ffn_norm: 'ffn.input',
  ffn_gate_pre_activation: 'ffn.gate',
  ffn_up: 'ffn.up',
  ffn_hidden: 'ffn.hidden',
  ffn_output: 'ffn.output',
  output: 'output',
};

function pointOf(tensor: string): LlamaPoint {
  const [, layer, site] = /^layer\.(\d+)\.(\w+)$/.exec(tensor) ?? [];
  if (site !== undefined) return `layers.${layer}.${sites[site]}` as LlamaPoint;
  return tensor === 'final_norm' ? 'final.norm' : 'embeddings';
}

/** [B, H, T, d] as [B, T, H · d], as the reference has queries, keys and values. */
const joinHeads = (split: tf.Tensor): tf.Tensor =>
  tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [split.shape[0], split.shape[2]!, -1]);

shared('SmolLM2-135M-Instruct from its GGUF file', (data) => {
  const folder = `${data}/models/smollm2-135m-instruct`;
  let llama: LoadedLlama;
  let executor: Executor;
  beforeAll(async () => {
    await useBackend('wasm');
    executor = await createExecutor({ provider: 'cpu', threads: 1 });
    llama = await loadLlama(`${folder}/SmolLM2-135M-Instruct.Q4_1.gguf`);
  }, 120_000);
  afterAll(async () => {
    llama.model.dispose();
    await executor.dispose();
  });
  const state = () => Object.values(llama.model.weights);

  it('computes what was recorded, every tensor of the file', { timeout: 300_000 }, async () => {
    const { model, tokenizer } = llama;
    const reference = await readReference(`${folder}/reference.safetensors`);
    const ids = Int32Array.from(reference.get('input_ids')!.data);
    const { default: sentences } = await import(`${folder}/reference_sentences.json`);
    const encoded = tokenizer!.encodeBatch(sentences, { maxLength: 32, padTo: 32 });
    expect(encoded.ids).toEqual(ids);

    const recorded = [...reference.keys()].filter((name) => name !== 'input_ids' && !name.startsWith('logits_'));
    const compiled = executor.compile(
      (inputs: LlamaInputs) => {
        const { tensors, output } = capture(model.withHead(true), inputs, [...new Set(recorded.map(pointOf))]);
        const values = recorded.map((name) => {
          const value = tensors[pointOf(name)]!;
          return [name, /\.(query|key|value)$/.test(name) ? joinHeads(value) : value];
        });
        return Object.fromEntries([...values, ['logits', output.logits]]) as Record<string, tf.Tensor>;
      },
      { state: state() },
    );
    const { logits, ...values } = await compiled({ ids: hostTensor(ids, [2, 32]) });
    await compiled.dispose();

    const row = (tensor: string, actual: ArrayLike<number>): ParityRow => {
      const { error, magnitude } = difference(actual, reference.get(tensor)!.data);
      return { tensor, error, magnitude, bound: tolerance.deepForward * Math.max(1, magnitude) };
    };
    const scores = scoresOf(logits!.data as Float32Array, model.config.vocab_size);
    expect(scores.flatMap(({ top }) => top.map(({ id }) => id))).toEqual([...reference.get('logits_top20_ids')!.data]);
    const rows = [
      ...recorded.map((name) => row(name, values[name]!.data as Float32Array)),
      row(
        'logits_top20_values',
        scores.flatMap(({ top }) => top.map(({ score }) => score)),
      ),
      row(
        'logits_mean',
        scores.map(({ mean }) => mean),
      ),
      row(
        'logits_std',
        scores.map(({ std }) => std),
      ),
    ];
    // What is no row: the inputs, and the ids of the highest scores.
    expect(rows.length + 2).toBe(reference.size);
    expectParity(new URL('../PARITY.md', import.meta.url), 'SmolLM2-135M-Instruct', rows);
  });

  it.runIf(full)('has the recorded loss on WikiText-2', { timeout: 1_200_000 }, async () => {
    const { model, tokenizer } = llama;
    const stored = gunzipSync(readFileSync(`${data}/text/wikitext-2/wiki.test.raw.gz`)).toString();
    // Its lines end as on Windows, which Python's text files hide.
    const articles = stored.replaceAll('\r\n', '\n');
    const ids = Int32Array.from(tokenizer!.encode(articles.slice(0, 20_000)).ids);
    const compiled = executor.compile(
      (inputs: LlamaInputs & { next: tf.Tensor1D }) => {
        const { logits } = model.withHead(true).run(inputs);
        const [, length, vocabulary] = logits.shape;
        return softmaxCrossEntropy(tf.reshape(logits, [length, vocabulary]) as tf.Tensor2D, inputs.next);
      },
      { state: state() },
    );
    const losses: number[] = [];
    for (let window = 0; window < 8; window++) {
      const tokens = ids.slice(512 * window, 512 * (window + 1));
      const inputs = { ids: hostTensor(tokens.slice(0, -1), [1, 511]), next: hostTensor(tokens.slice(1), [511]) };
      losses.push((await compiled(inputs)).data[0] as number);
    }
    await compiled.dispose();
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    expect(Math.abs(mean - 3.4061)).toBeLessThanOrEqual(tolerance.card);
  });

  it('continues a text as recorded', { timeout: 1_200_000 }, async () => {
    const { model, tokenizer } = llama;
    const recorded =
      ' there was a wise old wizard named Thorold. He lived in a tower surrounded by a beautiful garden filled with all sorts of magical creatures.\n\nThorold was known for his kindness and';
    const prompt = tokenizer!.encode('Once upon a time, in a small village by the sea,').ids;
    const expected = tokenizer!.encode(recorded).ids.slice(0, full ? undefined : 4);
    const added = await generate(model.withHead(true), prompt, { maxNewTokens: expected.length });
    expect(tokenizer!.decode(added)).toBe(tokenizer!.decode(expected));
    expect(recorded).toContain(tokenizer!.decode(added));
  });
});

/** For each place its twenty highest scores, their mean and their standard deviation, in float64. */
function scoresOf(logits: Float32Array, vocabulary: number) {
  return Array.from({ length: logits.length / vocabulary }, (_, place) => {
    const scores = logits.subarray(place * vocabulary, (place + 1) * vocabulary);
    const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
    const mean = scores.reduce((sum, score) => sum + score, 0) / vocabulary;
    const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / vocabulary;
    return {
      top: Array.from(order.subarray(0, 20), (id) => ({ id, score: scores[id]! })),
      mean,
      std: Math.sqrt(variance),
    };
  });
}
