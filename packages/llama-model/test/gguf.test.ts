import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openGguf } from '@interlayer/gguf';
import { expectConservesTensors, fuzz, mutateBytes, temporaryFolder, useBackend } from '@interlayer/test-kit';
import { createTokenizer } from '@interlayer/tokenizer';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { array, f32, pair, type Tensor, TYPE, u32, u64 } from '../../gguf/test/gguf-file';
import { exampleInputs } from '../../transformer/test/causal';
import { configOfGguf } from '../src/gguf-config';
import { type LlamaConfigInput, llamaConfig, loadLlama, saveLlama } from '../src/index';
import type { tinyLlama } from './tiny';
import { type Change, float, ggufOf, number, text } from './tiny-gguf';

beforeAll(() => useBackend('cpu'));

const scores = (model: ReturnType<typeof tinyLlama>) =>
  tf.tidy(() => Array.from(model.run(exampleInputs()).logits.dataSync()));

describe('a GGUF file', () => {
  it.each<[string, Partial<LlamaConfigInput>]>([
    ['an untied readout', {}],
    ['a tied one', { tie_word_embeddings: true, rope_theta: 100_000 }],
    ['biases', { attention_bias: true, mlp_bias: true, num_key_value_heads: 4, head_dim: 2 }],
  ])('with %s gives the weights, the config and the tokenizer that it was made of', async (_, config) => {
    const { model, path } = await ggufOf({ config });
    const { model: loaded, tokenizer } = await loadLlama(path);
    expect(loaded.config).toEqual(model.config);
    expect(Object.keys(loaded.weights)).toEqual(Object.keys(model.weights));
    for (const [name, weight] of Object.entries(model.weights)) {
      expect(loaded.weights[name]!.dataSync(), name).toEqual(weight.dataSync());
    }
    expect(scores(loaded.withHead(true))).toEqual(scores(model));
    expect(tokenizer!.encode('ab c').ids).toEqual([1, 2, 0, 3]);

    // It is saved as a folder of the hub, which gives the same.
    const folder = join(await temporaryFolder(), 'hub');
    await saveLlama(loaded, folder);
    const { model: again } = await loadLlama(folder);
    expect(scores(again.withHead(true))).toEqual(scores(model));
    for (const llama of [model, loaded, again]) llama.dispose();
  });

  it('without the metadata that have defaults takes these', async () => {
    const config = { num_key_value_heads: 4, head_dim: 2, rope_theta: 10_000 };
    const metadata = { keyHeads: undefined, size: undefined, base: undefined };
    const { model, path } = await ggufOf({ config, metadata });
    const { model: loaded } = await loadLlama(path);
    expect(loaded.config).toEqual(model.config);
    for (const llama of [model, loaded]) llama.dispose();
  });

  it('takes counts of 64 bits', async () => {
    const layers = pair('llama.block_count', TYPE.U64, u64(3));
    const { model, path } = await ggufOf({ metadata: { layers } });
    const { model: loaded } = await loadLlama(path);
    expect(loaded.config).toEqual(model.config);
    for (const llama of [model, loaded]) llama.dispose();
  });

  it('takes a given tokenizer, or none, in place of its own', async () => {
    const { model, path } = await ggufOf({ metadata: { words: text('tokenizer.ggml.pre', 'qwen2') } });
    await expect(expectConservesTensors(() => loadLlama(path))).rejects.toThrow(
      /tiny\.gguf: The pre-tokenizer "qwen2" .* is not supported.* Give \{ tokenizer \}, or \{ tokenizer: false \}/,
    );
    const alone = await loadLlama(path, { tokenizer: false });
    expect(alone.tokenizer).toBeUndefined();
    const letters = createTokenizer({ model: { type: 'WordLevel', vocab: { a: 0 }, unk_token: 'a' } });
    const given = await loadLlama(path, { tokenizer: letters });
    expect(given.tokenizer).toBe(letters);
    for (const llama of [model, alone.model, given.model]) llama.dispose();
  });

  const counts = pair('llama.feed_forward_length', TYPE.ARRAY, array(TYPE.U32, 2, [...u32(12), ...u32(12)]));
  const vector = (name: string): Tensor => ({ name, dimensions: [3], type: 0, bytes: [1, 2, 3].flatMap(f32) });
  const refused: [string, Change, RegExp][] = [
    [
      'another architecture',
      { metadata: { architecture: text('general.architecture', 'qwen2') } },
      /general\.architecture = "qwen2", which is not supported\. Supported: "llama"/,
    ],
    ['no architecture', { metadata: { architecture: undefined } }, /no "general\.architecture"/],
    [
      'one file of several',
      { metadata: { split: number('split.count', 3) } },
      /split\.count = 3, which is not supported \(give a file that holds the whole model\)/,
    ],
    ['a mixture of experts', { metadata: { experts: number('llama.expert_count', 8) } }, /llama\.expert_count = 8/],
    [
      'scaled positions',
      { metadata: { scaling: text('llama.rope.scaling.type', 'yarn') } },
      /llama\.rope\.scaling\.type = "yarn"/,
    ],
    [
      'linearly scaled ones',
      { metadata: { scaling: float('llama.rope.scale_linear', 2) } },
      /llama\.rope\.scale_linear = 2/,
    ],
    [
      'scaled frequencies',
      { tensors: (all) => [...all, vector('rope_freqs.weight')] },
      /the tensor "rope_freqs\.weight", which the Llama of this package does not have \(rotary/,
    ],
    [
      'heads partly rotated',
      { metadata: { rotated: number('llama.rope.dimension_count', 4) } },
      /llama\.rope\.dimension_count = 4, .*Supported: 6/,
    ],
    [
      'values of another width',
      { metadata: { values: number('llama.attention.value_length', 4) } },
      /llama\.attention\.value_length = 4/,
    ],
    [
      'counts for each layer',
      { metadata: { inner: counts } },
      /"llama\.feed_forward_length" is 12,12; one number for all layers/,
    ],
    ['a missing count', { metadata: { layers: undefined } }, /num_hidden_layers = undefined/],
    [
      'more layers than tensors',
      { metadata: { layers: number('llama.block_count', 4_000_000_000) } },
      /num_hidden_layers = 4000000000, and the weights in .* are \d+ tensors/,
    ],
    [
      'another tensor',
      { tensors: (all) => [...all, vector('blk.0.attn_q_norm.weight')] },
      /the tensor "blk\.0\.attn_q_norm\.weight", which the Llama/,
    ],
    [
      'a missing tensor',
      { tensors: (all) => all.filter(({ name }) => name !== 'blk.1.ffn_up.weight') },
      /Missing \(1\):\n {2}"model\.layers\.1\.mlp\.up_proj\.weight"/,
    ],
    [
      'a missing embedding',
      { tensors: (all) => all.filter(({ name }) => name !== 'token_embd.weight') },
      /vocab_size = undefined/,
    ],
    [
      'a wrong shape',
      { metadata: { inner: number('llama.feed_forward_length', 24) } },
      /has the shape \[12,8\]; the config asks for \[24,8\]/,
    ],
  ];
  it.each(refused)('with %s is refused, before anything is left behind', async (_, change, message) => {
    const { model, path } = await ggufOf(change);
    await expect(expectConservesTensors(() => loadLlama(path))).rejects.toThrow(message);
    model.dispose();
  });

  it('survives damage', { timeout: 300_000 }, async () => {
    const { model, path } = await ggufOf({ config: { num_hidden_layers: 1 } });
    model.dispose();
    const intact = await readFile(path);
    await fuzz(
      "Llamas' configs in GGUF files (llama-model)",
      async (bytes: Uint8Array) => llamaConfig(configOfGguf(await openGguf(bytes))),
      (seed) => mutateBytes(seed, intact),
      { check: (config) => expect(llamaConfig(config)).toEqual(config) },
    );
  });

  it('that is damaged or absent is named', async () => {
    const path = join(await temporaryFolder(), 'text.GGUF');
    await writeFile(path, 'no weights');
    await expect(loadLlama(path)).rejects.toThrow(`does not begin with "GGUF"; it is not a GGUF file in ${path}`);
    await expect(loadLlama('absent.gguf')).rejects.toThrow('absent.gguf');
  });
});
