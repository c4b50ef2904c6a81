import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSafetensors, type StoredTensor, type TensorEntry, writeSafetensors } from '@interlayer/safetensors';
import { expectConservesTensors, temporaryFolder, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { exampleInputs } from '../../transformer/test/causal';
import { type GptModel, loadGpt, saveGpt } from '../src/index';
import { tinyGpt } from './tiny';

beforeAll(() => useBackend('cpu'));

const fixture = fileURLToPath(new URL('./fixtures/tiny-gpt', import.meta.url));
const isBuffer = (name: string) => /\.attn\.(masked_)?bias$/.test(name);

async function stored(folder: string, file = 'model.safetensors'): Promise<Record<string, StoredTensor>> {
  const handle = await openSafetensors(join(folder, file));
  const tensors: Record<string, StoredTensor> = {};
  for (const name of handle.tensors.keys()) tensors[name] = await handle.read(name);
  await handle.close();
  return tensors;
}

interface Change {
  name?: (name: string) => string | undefined;
  config?: Record<string, unknown>;
  more?: (tensors: Record<string, StoredTensor>) => TensorEntry[];
  shards?: number;
}

/** A copy of the fixture's folder, changed. */
async function changed({ name = (same) => same, config, more, shards }: Change = {}): Promise<string> {
  const folder = await temporaryFolder();
  const original = JSON.parse(await readFile(join(fixture, 'config.json'), 'utf8'));
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...original, ...config }));
  const tensors = await stored(fixture);
  const entries = Object.entries(tensors).flatMap(([from, { shape, data }]) => {
    const to = name(from);
    return to === undefined ? [] : [{ name: to, shape, data } as TensorEntry];
  });
  entries.push(...(more?.(tensors) ?? []));
  if (!shards) {
    await writeSafetensors(join(folder, 'model.safetensors'), entries);
    return folder;
  }
  const fileOf = (i: number) => `model-${(i % shards) + 1}-of-${shards}.safetensors`;
  for (let shard = 0; shard < shards; shard++) {
    await writeSafetensors(
      join(folder, fileOf(shard)),
      entries.filter((_, i) => i % shards === shard),
    );
  }
  const map = Object.fromEntries(entries.map((entry, i) => [entry.name, fileOf(i)]));
  await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
  return folder;
}

const scores = (model: GptModel) => tf.tidy(() => Array.from(model.run(exampleInputs()).logits!.dataSync()));

describe('loadGpt and saveGpt', () => {
  it('take every spelling of the hub, in one file or in shards, and write the same names and bytes', async () => {
    const plain = await loadGpt(fixture);
    const expected = scores(plain.model);
    const prefixed = (name: string) => `transformer.${name}`;
    const copy = ({ 'wte.weight': words }: Record<string, StoredTensor>) =>
      ({ name: 'lm_head.weight', shape: words!.shape, data: words!.data }) as TensorEntry;
    const masked = () => ({ name: 'h.0.attn.masked_bias', shape: [], data: Float32Array.of(-1e4) });
    for (const folder of [
      fixture,
      await changed({ name: prefixed }),
      await changed({ more: (tensors) => [copy(tensors), masked()] }),
      await changed({ name: (name) => (name === 'wte.weight' ? 'lm_head.weight' : prefixed(name)) }),
      await changed({ shards: 3 }),
    ]) {
      const { model } = await loadGpt(folder);
      expect(Object.keys(model.weights)).toEqual(Object.keys(plain.model.weights));
      expect(scores(model)).toEqual(expected);
      const target = join(await temporaryFolder(), 'copy');
      await saveGpt(model, target);
      const index = await readFile(join(folder, 'model.safetensors.index.json'), 'utf8').catch(() => undefined);
      const files = index ? [...new Set<string>(Object.values(JSON.parse(index).weight_map))] : ['model.safetensors'];
      const parts = await Promise.all(files.map((file) => stored(folder, file)));
      const learned = Object.entries(Object.assign({}, ...parts)).filter(([name]) => !isBuffer(name));
      expect(await stored(target)).toEqual(Object.fromEntries(learned));
      expect(await readFile(join(target, 'config.json'))).toEqual(await readFile(join(folder, 'config.json')));
      model.dispose();
    }
    plain.model.dispose();
  });

  it('keep half precision, and what is ours in a config', async () => {
    const made = tinyGpt(
      {
        feed_forward: [true, false, true],
        skips: { feed_forward: [false, true, true] },
        final_layer_norm: false,
        activation_function: 'relu',
        tie_word_embeddings: false,
      },
      4,
    );
    const half = join(await temporaryFolder(), 'half');
    await saveGpt(made.withLayers([2, 0]), half, { dtype: 'BF16' });
    const { model } = await loadGpt(half);
    expect(model.config).toEqual(made.config);
    const again = join(await temporaryFolder(), 'again');
    await saveGpt(model, again);
    expect(await stored(again)).toEqual(await stored(half));
    expect(Object.values(await stored(again)).every(({ dtype }) => dtype === 'BF16')).toBe(true);

    const full = join(await temporaryFolder(), 'full');
    await saveGpt(made, full);
    const loaded = await loadGpt(full);
    expect(scores(loaded.model)).toEqual(scores(made));
    for (const gpt of [made, model, loaded.model]) gpt.dispose();
  });

  it('load a model without a readout where the file has none and the config ties none', async () => {
    const plain = await loadGpt(fixture);
    const folder = await changed({ config: { architectures: ['GPT2Model'], tie_word_embeddings: false } });
    const { model } = await loadGpt(folder);
    expect(Object.keys(model.run(exampleInputs()))).toEqual(['hidden']);
    expect(model.readout).toBeUndefined();
    const hidden = (gpt: GptModel) => tf.tidy(() => gpt.run(exampleInputs()).hidden.dataSync());
    expect(hidden(model)).toEqual(hidden(plain.model));
    for (const asking of [() => model.withHead(true), () => model.logits(tf.zeros([1, 12]))]) {
      expect(asking).toThrow('This GPT-2 has no readout: its file has no lm_head.weight');
    }
    const target = join(await temporaryFolder(), 'copy');
    await saveGpt(model, target);
    const learned = Object.entries(await stored(folder)).filter(([name]) => !isBuffer(name));
    expect(await stored(target)).toEqual(Object.fromEntries(learned));
    for (const gpt of [plain.model, model]) gpt.dispose();
  });

  it.each([
    { final_layer_norm: false },
    { feed_forward: [true, false, true] },
    { skips: { attention: [true, true, false] } },
  ])('mark a model with %o, which other tools would compute otherwise, so that they refuse it', async (extension) => {
    const made = tinyGpt(extension, 5);
    const folder = join(await temporaryFolder(), 'made');
    await saveGpt(made, folder);
    expect(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))).toMatchObject({
      model_type: 'interlayer_gpt2',
      architectures: ['InterlayerGPT2LMHeadModel'],
    });
    const { model } = await loadGpt(folder);
    expect(model.config).toEqual(made.config);
    expect(scores(model)).toEqual(scores(made));
    for (const gpt of [made, model]) gpt.dispose();
  });

  it('name what is not supported', async () => {
    const fails = async (message: string | RegExp, change: Change) => {
      const folder = await changed(change);
      await expect(expectConservesTensors(() => loadGpt(folder))).rejects.toThrow(message);
    };
    await fails('model_type = "gpt_neo", which is not supported. Supported: "gpt2"', {
      config: { model_type: 'gpt_neo' },
    });
    await fails('activation_function = "mish"', { config: { activation_function: 'mish' } });
    await fails('scale_attn_weights = false', { config: { scale_attn_weights: false } });
    await fails('scale_attn_by_inverse_layer_idx = true', { config: { scale_attn_by_inverse_layer_idx: true } });
    await fails('add_cross_attention = true', { config: { add_cross_attention: true } });
    await fails('architectures = "GPT2DoubleHeadsModel"', { config: { architectures: ['GPT2DoubleHeadsModel'] } });
    await fails('architectures = 1; it must be a list of names', { config: { architectures: 1 } });
    await fails('n_layer = 30000000, and the weights in', { config: { n_layer: 3e7 } });
    await fails('n_embd = 12 is not a multiple of n_head = 5', { config: { n_head: 5 } });
    await fails('final_layer_norm = "no"', { config: { final_layer_norm: 'no' } });
    await fails(/Unexpected \(2\):\n {2}"ln_f\.weight"/, { config: { final_layer_norm: false } });
    await fails(/Missing \(1\):\n {2}"lm_head\.weight"/, { config: { tie_word_embeddings: false } });
    await fails(/Missing \(1\):\n {2}"transformer\.ln_f\.bias" \(nearest in the file: /, {
      name: (name) => (name === 'ln_f.bias' ? undefined : name),
    });
    await fails(/"lm_head\.weight" differs from "wte\.weight"/, {
      more: () => [{ name: 'lm_head.weight', shape: [30, 12], data: new Float32Array(360) }],
    });
  });
});
