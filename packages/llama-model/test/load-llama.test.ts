import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSafetensors, type StoredTensor, type TensorEntry, writeSafetensors } from '@interlayer/safetensors';
import { expectConservesTensors, temporaryFolder, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { exampleInputs } from '../../transformer/test/causal';
import { type LlamaModel, loadLlama, saveLlama } from '../src/index';
import { tinyLlama } from './tiny';

async function stored(folder: string, file = 'model.safetensors'): Promise<Record<string, StoredTensor>> {
  const handle = await openSafetensors(join(folder, file));
  const tensors: Record<string, StoredTensor> = {};
  for (const name of handle.tensors.keys()) tensors[name] = await handle.read(name);
  await handle.close();
  return tensors;
}

const scores = (model: LlamaModel) => tf.tidy(() => Array.from(model.run(exampleInputs()).logits!.dataSync()));
const configOf = async (folder: string) => JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));

/** A folder as `transformers` writes one: a tied model with biases in attention. */
let original: string;
let expected: number[];
beforeAll(async () => {
  await useBackend('cpu');
  const folder = await mkdtemp(join(tmpdir(), 'interlayer-'));
  const model = tinyLlama({ tie_word_embeddings: true, attention_bias: true }, 3);
  original = join(folder, 'llama');
  await saveLlama(model, original);
  expected = scores(model);
  model.dispose();
  return () => rm(folder, { recursive: true });
});

interface Change {
  name?: (name: string) => string | undefined;
  config?: Record<string, unknown>;
  more?: (tensors: Record<string, StoredTensor>) => TensorEntry[];
  shards?: number;
}

/** A copy of the original folder, changed. */
async function changed({ name = (same) => same, config, more, shards }: Change = {}): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...(await configOf(original)), ...config }));
  const tensors = await stored(original);
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

describe('loadLlama and saveLlama', () => {
  it('write the names and the config that the hub’s tools read', async () => {
    // The fields of `LlamaConfig` in transformers 5, which takes `rope_theta` into its `rope_parameters`; 4 reads it as it is.
    expect(await configOf(original)).toEqual({
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      vocab_size: 17,
      hidden_size: 8,
      intermediate_size: 12,
      num_hidden_layers: 3,
      num_attention_heads: 4,
      num_key_value_heads: 2,
      head_dim: 6,
      hidden_act: 'silu',
      max_position_embeddings: 9,
      rms_norm_eps: 1e-6,
      rope_theta: 10000,
      attention_bias: true,
      mlp_bias: false,
      tie_word_embeddings: true,
      initializer_range: 0.02,
      bos_token_id: null,
      eos_token_id: null,
    });
    const layer = (i: number): [string, number[]][] =>
      Object.entries({
        'input_layernorm.weight': [8],
        'self_attn.q_proj.weight': [24, 8],
        'self_attn.q_proj.bias': [24],
        'self_attn.k_proj.weight': [12, 8],
        'self_attn.k_proj.bias': [12],
        'self_attn.v_proj.weight': [12, 8],
        'self_attn.v_proj.bias': [12],
        'self_attn.o_proj.weight': [8, 24],
        'self_attn.o_proj.bias': [8],
        'post_attention_layernorm.weight': [8],
        'mlp.gate_proj.weight': [12, 8],
        'mlp.up_proj.weight': [12, 8],
        'mlp.down_proj.weight': [8, 12],
      }).map(([name, shape]) => [`model.layers.${i}.${name}`, shape]);
    const tensors = Object.entries(await stored(original)).map(([name, { shape }]) => [name, shape]);
    expect(Object.fromEntries(tensors)).toEqual({
      'model.embed_tokens.weight': [17, 8],
      ...Object.fromEntries([0, 1, 2].flatMap(layer)),
      'model.norm.weight': [8],
    });
  });

  it('take every spelling of the hub, in one file or in shards, and write the same names and bytes', async () => {
    const copy = ({ 'model.embed_tokens.weight': words }: Record<string, StoredTensor>) =>
      ({ name: 'lm_head.weight', shape: words!.shape, data: words!.data }) as TensorEntry;
    const frequencies = () => ({
      name: 'model.layers.0.self_attn.rotary_emb.inv_freq',
      shape: [3],
      data: new Float32Array(3),
    });
    for (const folder of [
      original,
      await changed({ name: (name) => name.replace(/^model\./, ''), config: { architectures: ['LlamaModel'] } }),
      await changed({ more: (tensors) => [copy(tensors), frequencies()] }),
      await changed({ name: (name) => (name === 'model.embed_tokens.weight' ? 'lm_head.weight' : name) }),
      await changed({ shards: 3 }),
    ]) {
      const { model, tokenizer } = await loadLlama(folder);
      expect(tokenizer).toBeUndefined();
      expect(scores(model)).toEqual(expected);
      const target = join(await temporaryFolder(), 'copy');
      await saveLlama(model, target);
      const index = await readFile(join(folder, 'model.safetensors.index.json'), 'utf8').catch(() => undefined);
      const files = index ? [...new Set<string>(Object.values(JSON.parse(index).weight_map))] : ['model.safetensors'];
      const parts = await Promise.all(files.map((file) => stored(folder, file)));
      const learned = Object.entries(Object.assign({}, ...parts)).filter(([name]) => !name.includes('inv_freq'));
      expect(await stored(target)).toEqual(Object.fromEntries(learned));
      expect(await readFile(join(target, 'config.json'))).toEqual(await readFile(join(folder, 'config.json')));
      model.dispose();
    }
  });

  it('keep half precision, an untied readout, and biases of the feed-forward blocks', async () => {
    const made = tinyLlama({ mlp_bias: true, rope_theta: 500, hidden_act: 'gelu' }, 4);
    const half = join(await temporaryFolder(), 'half');
    await saveLlama(made.withLayers([2, 0]), half, { dtype: 'BF16' });
    const { model } = await loadLlama(half);
    expect(model.config).toEqual(made.config);
    const again = join(await temporaryFolder(), 'again');
    await saveLlama(model, again);
    expect(await stored(again)).toEqual(await stored(half));
    expect(Object.values(await stored(again)).every(({ dtype }) => dtype === 'BF16')).toBe(true);

    const full = join(await temporaryFolder(), 'full');
    await saveLlama(made, full);
    const loaded = await loadLlama(full);
    expect(scores(loaded.model)).toEqual(scores(made));
    for (const llama of [made, model, loaded.model]) llama.dispose();
  });

  it('load a model without a readout where the file has none and the config ties none', async () => {
    const folder = await changed({ config: { architectures: ['LlamaModel'], tie_word_embeddings: false } });
    const { model } = await loadLlama(folder);
    expect(Object.keys(model.run(exampleInputs()))).toEqual(['hidden']);
    for (const asking of [() => model.withHead(true), () => model.logits(tf.zeros([1, 8]))]) {
      expect(asking).toThrow('This Llama has no readout: its file has no lm_head.weight');
    }
    model.dispose();
  });

  it('name what is not supported, before anything is built', async () => {
    const fails = async (message: string | RegExp, change: Change) => {
      const folder = await changed(change);
      await expect(expectConservesTensors(() => loadLlama(folder))).rejects.toThrow(message);
    };
    await fails('architectures = "MistralForCausalLM"', { config: { architectures: ['MistralForCausalLM'] } });
    await fails('rope_scaling = {"rope_type":"linear","factor":2}', {
      config: { rope_scaling: { rope_type: 'linear', factor: 2 } },
    });
    await fails('num_hidden_layers = 50000, and the weights in', { config: { num_hidden_layers: 50_000 } });
    for (const field of ['vocab_size', 'hidden_size', 'intermediate_size', 'num_attention_heads', 'head_dim']) {
      await fails(`${field} = 1000000000000, and the weights in`, { config: { [field]: 1e12 } });
    }
    await fails(/Unexpected \(12\):\n {2}"model\.layers\.0\.self_attn\.q_proj\.bias"/, {
      config: { attention_bias: false },
    });
    await fails(/Missing \(9\):\n {2}"model\.layers\.0\.mlp\.gate_proj\.bias"/, { config: { mlp_bias: true } });
    await fails(/Missing \(1\):\n {2}"lm_head\.weight"/, { config: { tie_word_embeddings: false } });
    await fails('"model.layers.0.self_attn.k_proj.weight" has the shape [12,8]; the config asks for [24,8]', {
      config: { num_key_value_heads: null },
    });
    await fails(/"lm_head\.weight" differs from "model\.embed_tokens\.weight"/, {
      more: () => [{ name: 'lm_head.weight', shape: [17, 8], data: new Float32Array(136) }],
    });
  });
});
