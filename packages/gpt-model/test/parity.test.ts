import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '@interlayer/safetensors';
import { capture } from '@interlayer/tensor-hooks';
import { difference, expectParity, shared, temporaryFolder, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { type GptPoint, loadGpt } from '../src/index';

type Json = Record<string, { shape: number[]; data: string }>;

const floats = (base64: string) => {
  const bytes = Buffer.from(base64, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
};

/** A minGPT state dict as a hub folder: its Linear layers turned to [in, out], its readout untied. */
async function hubFolder(path: string): Promise<string> {
  const { config, ...tensors } = JSON.parse(await readFile(path, 'utf8'));
  const folder = await temporaryFolder();
  const hubConfig = {
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    vocab_size: config.vocab_size,
    n_positions: config.block_size,
    n_embd: config.n_embd,
    n_layer: config.n_layer,
    n_head: config.n_head,
    activation_function: 'gelu_new',
    tie_word_embeddings: false,
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(hubConfig));
  const entries = Object.entries(tensors as Json).map(([name, { shape, data }]) => {
    const values = floats(data);
    if (!/(c_attn|c_proj|c_fc)\.weight$/.test(name)) return { name, shape, data: values };
    const [out, width] = shape as [number, number];
    const turned = new Float32Array(values.length);
    for (let o = 0; o < out; o++) for (let i = 0; i < width; i++) turned[i * out + o] = values[o * width + i]!;
    return { name, shape: [width, out], data: turned };
  });
  await writeSafetensors(join(folder, 'model.safetensors'), entries);
  return folder;
}

/** The recorded steps of block 0 and of the whole, as points. */
const steps: Record<string, GptPoint> = {
  x: 'embeddings',
  ln1: 'layers.0.attention.input',
  q: 'layers.0.attention.query',
  k: 'layers.0.attention.key',
  v: 'layers.0.attention.value',
  att: 'layers.0.attention.scores',
  attSm: 'layers.0.attention.probabilities',
  y: 'layers.0.attention.context',
  yProj: 'layers.0.attention.output',
  attnResid: 'layers.0.middle',
  ln2: 'layers.0.ffn.input',
  fc: 'layers.0.ffn.preactivation',
  gelu: 'layers.0.ffn.hidden',
  mlp: 'layers.0.ffn.output',
  mlpResid: 'layers.0.output',
  block0: 'layers.0.output',
  block1: 'layers.1.output',
  block2: 'layers.2.output',
  ln_f: 'final.norm',
  lm_head: 'logits',
};

shared('gpt-nano-sort', (data) => {
  it('computes every recorded step', async () => {
    await useBackend('wasm');
    const { model } = await loadGpt(await hubFolder(`${data}/models/gpt-nano-sort/model.json`));
    const partials: Json = JSON.parse(await readFile(`${data}/models/gpt-nano-sort/partials.json`, 'utf8'));
    const recorded = (name: string) => floats(partials[name]!.data);
    const ids = tf.tensor2d(Int32Array.from(recorded('idx')), [3, 11], 'int32');
    const { tensors, dispose } = capture(model, { ids }, [...new Set(Object.values(steps))]);
    const values: Record<string, ArrayLike<number>> = Object.fromEntries(
      Object.entries(steps).map(([step, point]) => [step, tensors[point]!.dataSync()]),
    );
    tf.tidy(() => {
      const join = (site: 'query' | 'key' | 'value') =>
        tf.reshape(tf.transpose(tensors[`layers.0.attention.${site}`]!, [0, 2, 1, 3]), [3, 11, 48]);
      values.qkv = tf.concat([join('query'), join('key'), join('value')], -1).dataSync();
      values.probs = tf.softmax(tensors.logits!).dataSync();
      const words = tf.gather(model.weights['transformer.wte.weight']!, ids);
      values.tok_emb = words.dataSync();
      values.pos_emb = model.weights['transformer.wpe.weight']!.dataSync();
    });
    const names = Object.keys(partials).filter((name) => name !== 'config' && name !== 'idx');
    expect(names.sort()).toEqual(Object.keys(values).sort());
    const rows = Object.keys(values).map((tensor) => ({
      tensor,
      ...difference(values[tensor]!, recorded(tensor)),
      // Tighter than the common bound: this small model is asked for 1e-5 at every step, whatever its magnitude.
      bound: tolerance.float32,
    }));
    expectParity(new URL('../PARITY.md', import.meta.url), 'gpt-nano-sort, wasm', rows);
    dispose();
    model.dispose();
  });
});
