import { openSafetensors } from '@interlayer/safetensors';
import { createExecutor, hostTensor } from '@interlayer/tensor-compile';
import { capture } from '@interlayer/tensor-hooks';
import {
  difference,
  expectParity,
  type ParityRow,
  shared,
  temporaryFolder,
  testBackends,
  useBackend,
} from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { readReference } from '../../transformer/test/reference';
import { type BertInputs, type BertModel, type BertPoint, loadBert, saveBert } from '../src/index';

/** The points under the names of the reference files. */
const sites: Record<string, string> = {
  query: 'attention.query',
  key: 'attention.key',
  value: 'attention.value',
  context: 'attention.context',
  attention_probabilities: 'attention.probabilities',
  attention_output: 'attention.output',
  attention_layernorm: 'middle',
  ffn_pre_activation: 'ffn.preactivation',
  ffn_activation: 'ffn.hidden',
  ffn_output: 'ffn.output',
  output: 'output',
};

const pointOf = (tensor: string): BertPoint => {
  const [, layer, site] = /^layer\.(\d+)\.(\w+)$/.exec(tensor) ?? [];
  return site === undefined ? 'embeddings' : (`layers.${layer}.${sites[site]}` as BertPoint);
};

const engines = [...testBackends, 'onnxruntime'] as const;

/** The values at `points`, on an engine. */
async function valuesAt(
  engine: (typeof engines)[number],
  model: BertModel,
  points: readonly BertPoint[],
  { ids, mask, shape }: { ids: Int32Array; mask: Int32Array; shape: [number, number] },
): Promise<Record<string, Float32Array>> {
  if (engine === 'onnxruntime') {
    const executor = await createExecutor({ provider: 'cpu', threads: 1 });
    const compiled = executor.compile((inputs: BertInputs) => capture(model, inputs, points).tensors);
    const tensors = await compiled({ ids: hostTensor(ids, shape), mask: hostTensor(mask, shape) });
    await executor.dispose();
    return Object.fromEntries(Object.entries(tensors).map(([point, { data }]) => [point, data as Float32Array]));
  }
  const inputs = { ids: tf.tensor2d(ids, shape, 'int32'), mask: tf.tensor2d(mask, shape, 'int32') };
  const { tensors, dispose } = capture(model, inputs, points);
  const values = Object.entries(tensors).map(([point, tensor]) => [point, tensor.dataSync() as Float32Array]);
  dispose();
  tf.dispose(inputs);
  return Object.fromEntries(values);
}

shared('real checkpoints', (data) => {
  describe.each(['splade-tiny', 'e5-small-v2'])('%s', (name) => {
    const folder = `${data}/models/${name}`;

    it.each(engines)(
      'computes on %s at real tokens what was recorded, every tensor of the file',
      async (engine) => {
        await useBackend(engine === 'onnxruntime' ? 'cpu' : engine);
        const { model, tokenizer } = await loadBert(folder, { tokenizer: `${data}/bert-base-uncased` });
        const reference = await readReference(`${folder}/reference.safetensors`);
        const integers = (tensor: string) => Int32Array.from(reference.get(tensor)!.data);
        const [ids, mask] = [integers('input_ids'), integers('attention_mask')];
        const shape = reference.get('input_ids')!.shape as [number, number];
        const [batch, length] = shape;
        const isReal = (token: number) => mask[token] === 1;

        const { default: sentences } = await import(`${folder}/reference_sentences.json`);
        const encoded = tokenizer!.encodeBatch(sentences, { maxLength: length, padTo: length });
        expect([encoded.ids, encoded.mask].map((list) => Array.from(list, Number))).toEqual(
          [ids, mask].map((list) => Array.from(list)),
        );

        const recorded = [...reference.keys()].filter((tensor) => /^(embeddings|layer\.)/.test(tensor));
        const scores = [...reference.keys()].filter((tensor) => tensor.startsWith('mlm_'));
        const points = [...new Set(recorded.map(pointOf)), ...(scores.length > 0 ? (['mlm.logits'] as const) : [])];
        const values = await valuesAt(engine, model, points, { ids, mask, shape });
        model.dispose();

        const rows = recorded.map((tensor): ParityRow => {
          const { shape: dims, data: expected } = reference.get(tensor)!;
          const byHead = /\.(query|key|value)$/.test(tensor);
          const actual = values[pointOf(tensor)]!;
          // The token of a value: its row in [B, T, d], its query in [B, H, T, T].
          const rowsOfText = dims.length === 4 ? dims[1]! * length : length;
          const token = (i: number) => {
            const row = Math.floor(i / dims.at(-1)!);
            return Math.floor(row / rowsOfText) * length + (row % length);
          };
          return {
            tensor,
            ...difference(byHead ? joinHeads(actual, model.config) : actual, expected, (i) => isReal(token(i))),
          };
        });
        if (scores.length > 0) rows.push(...scoreRows(values['mlm.logits']!));
        // What is no row: the inputs, and the ids of the highest scores, which are compared as such.
        expect(rows.length + 2 + (scores.length > 0 ? 1 : 0)).toBe(reference.size);
        expectParity(new URL('../PARITY.md', import.meta.url), `${name}, ${engine}`, rows);

        /** [B, H, T, d/H] as [B, T, d]. */
        function joinHeads(split: Float32Array, config: BertModel['config']): Float32Array {
          const { hidden_size: width, num_attention_heads: heads } = config;
          const size = width / heads;
          return Float32Array.from({ length: split.length }, (_, i) => {
            const [text, t, head, k] = [
              Math.floor(i / (width * length)),
              Math.floor(i / width) % length,
              Math.floor((i % width) / size),
              i % size,
            ];
            return split[((text * heads + head) * length + t) * size + k]!;
          });
        }

        function scoreRows(logits: Float32Array): ParityRow[] {
          const vocabulary = logits.length / (batch * length);
          const at = (token: number) => logits.subarray(token * vocabulary, (token + 1) * vocabulary);
          const top = Array.from({ length: batch }, (_, text) => {
            const scores = at(text * length + 1);
            return Array.from(scores.keys())
              .sort((a, b) => scores[b]! - scores[a]!)
              .slice(0, 20)
              .map((id) => ({ id, score: scores[id]! }));
          }).flat();
          expect(top.map(({ id }) => id)).toEqual(Array.from(integers('mlm_logits_position_1_top20_ids')));
          const moments = Array.from({ length: batch * length }, (_, token) => {
            const scores = Float64Array.from(at(token));
            const mean = scores.reduce((sum, score) => sum + score, 0) / vocabulary;
            const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / vocabulary;
            return { mean, std: Math.sqrt(variance) };
          });
          const row = (tensor: string, actual: number[], counts?: (i: number) => boolean) => ({
            tensor,
            ...difference(actual, reference.get(tensor)!.data, counts),
          });
          return [
            row(
              'mlm_logits_position_1_top20_values',
              top.map(({ score }) => score),
            ),
            row(
              'mlm_logits_mean',
              moments.map(({ mean }) => mean),
              isReal,
            ),
            row(
              'mlm_logits_std',
              moments.map(({ std }) => std),
              isReal,
            ),
          ];
        }
      },
      300_000,
    );

    it('is written back under its names with the same bytes in every tensor', async () => {
      await useBackend('cpu');
      const target = `${await temporaryFolder()}/model`;
      const { model } = await loadBert(folder);
      await saveBert(model, target);
      model.dispose();
      const [original, copy] = await Promise.all(
        [folder, target].map((where) => openSafetensors(`${where}/model.safetensors`)),
      );
      expect([...copy!.tensors.keys()].sort()).toEqual([...original!.tensors.keys()].sort());
      for (const [tensor, { dtype, shape }] of original!.tensors) {
        expect(copy!.tensors.get(tensor), tensor).toMatchObject({ dtype, shape });
        const [a, b] = [await original!.read(tensor, { as: 'bytes' }), await copy!.read(tensor, { as: 'bytes' })];
        expect(Buffer.compare(a.data, b.data), tensor).toBe(0);
      }
      await Promise.all([original!.close(), copy!.close()]);
    }, 300_000);
  });
});
