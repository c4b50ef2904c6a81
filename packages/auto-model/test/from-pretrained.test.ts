import { copyFile, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createLlama, saveLlama } from '@interlayer/llama-model';
import { miniGptFolder } from '@interlayer/mini-gpt';
import { capture } from '@interlayer/tensor-hooks';
import {
  difference,
  expectConservesTensors,
  hubServer,
  shared,
  temporaryFolder,
  tolerance,
  useBackend,
} from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ggufOf, text } from '../../llama-model/test/tiny-gguf';
import { readReference } from '../../transformer/test/reference';
import { type AutoModel, type FromPretrainedOptions, fromPretrained } from '../src/index';
import { tinyFiles, writeFiles } from './tiny-hub';

beforeAll(() => useBackend('cpu'));

const COMMIT = '0123456789'.repeat(4);
const REPO = 'some-lab/tiny';

/** A hub on this machine with one model, and `fromPretrained` with an empty cache. */
async function hub(files: Record<string, Uint8Array>) {
  const server = await hubServer({ [REPO]: { commits: { [COMMIT]: files }, refs: { main: COMMIT } } });
  const settings = { endpoint: server.endpoint, cacheDir: await temporaryFolder(), token: '', offline: false };
  return {
    requests: server.requests,
    load: (options: FromPretrainedOptions = {}) => fromPretrained(REPO, { ...options, hub: settings }),
  };
}

const llamaSizes = {
  vocab_size: 40,
  hidden_size: 12,
  intermediate_size: 20,
  num_hidden_layers: 2,
  num_attention_heads: 2,
};

const withConfig = (files: Record<string, Uint8Array>, config: object) => ({
  ...files,
  'config.json': new TextEncoder().encode(JSON.stringify(config)),
});

/** The states of the first text of a model, which is freed. */
function statesOf({ model, encode }: AutoModel, texts: string[]): number[] {
  try {
    return tf.tidy(() => Array.from(model.run(encode(texts)).hidden.dataSync()));
  } finally {
    model.dispose();
  }
}

describe('fromPretrained', () => {
  it('downloads a BERT by its name, once, and gives model, tokenizer and inputs', async () => {
    const { load, requests } = await hub(await tinyFiles('bert', 40));
    const first = await load();
    expect(first).toMatchObject({ family: 'bert', commit: COMMIT, rowsWithoutToken: [] });
    const inputs = await expectConservesTensors(
      () => first.encode(['The harbour was quiet.', ['Ships came in', 'at dusk.']], { padTo: 12 }),
      () => 3,
    );
    expect(inputs.ids.arraySync()).toEqual([
      [2, 5, 6, 7, 8, 9, 3, 0, 0, 0, 0, 0],
      [2, 10, 11, 12, 3, 13, 14, 9, 3, 0, 0, 0],
    ]);
    expect(inputs.mask.arraySync()).toEqual([
      [1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
      [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0],
    ]);
    expect(inputs.types!.arraySync()).toEqual([Array(12).fill(0), [0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0]]);
    // The union of families needs no narrowing to be captured from.
    const { output, tensors } = capture(first.model, inputs, 'layers.*.ffn.hidden');
    expect(output.hidden.shape).toEqual([2, 12, 16]);
    expect(Object.keys(tensors)).toEqual(['layers.0.ffn.hidden', 'layers.1.ffn.hidden']);
    first.model.dispose();

    const before = requests.length;
    const again = await load({ revision: COMMIT });
    expect(requests).toHaveLength(before);
    expect(again.folder).toBe(first.folder);
    again.model.dispose();
  });

  it('loads a GPT-2 from a folder, with the rows of its vocabulary that no token has', async () => {
    const folder = await writeFiles(await temporaryFolder(), await tinyFiles('gpt', 25));
    const { family, model, encode, rowsWithoutToken, ...loaded } = await fromPretrained(folder);
    expect(family).toBe('gpt2');
    expect(loaded.folder).toBe(folder);
    expect(loaded).not.toHaveProperty('commit');
    expect(rowsWithoutToken).toEqual([25, 26, 27, 28, 29]);
    const inputs = encode('ships came', { padSide: 'left', padTo: 6 });
    expect(inputs).not.toHaveProperty('types');
    expect(inputs.mask.arraySync()).toEqual([[0, 0, 1, 1, 1, 1]]);
    expect(model.run(inputs).hidden.shape).toEqual([1, 6, 12]);
    model.dispose();
  });

  it('loads a Llama from a folder, without segments', async () => {
    const made = createLlama(llamaSizes, { seed: 1 });
    const folder = join(await temporaryFolder(), 'llama');
    await saveLlama(made, folder);
    made.dispose();
    const { 'tokenizer.json': json } = await tinyFiles('bert', 40);
    await writeFiles(folder, { 'tokenizer.json': json! });
    const { family, model, encode } = await fromPretrained(folder);
    expect(family).toBe('llama');
    const inputs = encode(['ships came', 'the harbour was quiet'], { padSide: 'left' });
    expect(inputs).not.toHaveProperty('types');
    const { output, tensors } = capture(model, inputs, 'layers.*.ffn.hidden');
    expect(output.hidden.shape).toEqual([...inputs.ids.shape, 12]);
    expect(Object.keys(tensors)).toEqual(['layers.0.ffn.hidden', 'layers.1.ffn.hidden']);
    model.dispose();
  });

  it('loads a GGUF file by its path, or as the only one in a folder without a config', async () => {
    const { model: made, path } = await ggufOf();
    const { hidden } = made.run({ ids: tf.tensor2d([[1, 2, 0, 3]], undefined, 'int32') });
    const expected = Array.from(hidden.dataSync());
    made.dispose();
    for (const name of [path, dirname(path)]) {
      const loaded = await fromPretrained(name);
      expect(loaded).toMatchObject({ family: 'llama', folder: path, rowsWithoutToken: [] });
      expect(statesOf(loaded, ['ab c'])).toEqual(expected);
    }
    await expect(fromPretrained(path, { revision: 'main' })).rejects.toThrow('is a file, so it has no revision "main"');
    await copyFile(path, join(dirname(path), 'other.GGUF'));
    await expect(expectConservesTensors(() => fromPretrained(dirname(path)))).rejects.toThrow(
      'has no config.json, and 2 GGUF files: other.GGUF, tiny.gguf. Give the path of one.',
    );
    await expect(fromPretrained('absent.gguf')).rejects.toThrow('absent.gguf');
  });

  it('takes the tokenizer beside a GGUF file before the one in it', async () => {
    const { model: made, path } = await ggufOf({ config: { vocab_size: 40 } });
    made.dispose();
    const { 'tokenizer.json': json } = await tinyFiles('bert', 40);
    const folder = await writeFiles(dirname(path), { 'tokenizer.json': json! });
    const [beside, inFile] = [await fromPretrained(folder), await fromPretrained(path)];
    expect(beside.tokenizer!.vocabularySize).not.toBe(inFile.tokenizer!.vocabularySize);
    const own = await fromPretrained(folder, { tokenizer: false });
    expect(own.tokenizer).toBeUndefined();
    for (const { model } of [beside, inFile, own]) model.dispose();
  });

  it('prefers the config of a folder to a GGUF file beside it', async () => {
    const { model: made, path } = await ggufOf();
    made.dispose();
    const folder = await writeFiles(dirname(path), await tinyFiles('bert', 40));
    const { family, model } = await fromPretrained(folder);
    expect(family).toBe('bert');
    model.dispose();
  });

  it('names the family of a GGUF file that is not a Llama', async () => {
    const { model, path } = await ggufOf({ metadata: { architecture: text('general.architecture', 'qwen2') } });
    model.dispose();
    await expect(expectConservesTensors(() => fromPretrained(path))).rejects.toThrow('general.architecture = "qwen2"');
  });

  it('loads the GPT that ships, whose config has fields of its own', async () => {
    const { family, model, encode, rowsWithoutToken } = await fromPretrained(miniGptFolder());
    expect(family).toBe('gpt2');
    expect(rowsWithoutToken).toEqual([]);
    const inputs = encode('The state of the union');
    expect(model.run(inputs).hidden.shape).toEqual([...inputs.ids.shape, 128]);
    model.dispose();
  });

  it('takes a tokenizer from elsewhere, or none', async () => {
    const { 'tokenizer.json': json, ...files } = await tinyFiles('bert', 40);
    const { load } = await hub(files);
    const folder = await writeFiles(await temporaryFolder(), { 'tokenizer.json': json! });
    const a = statesOf(await load({ tokenizer: folder }), ['the harbour']);
    const b = statesOf(await (await hub({ ...files, 'tokenizer.json': json! })).load(), ['the harbour']);
    expect(a).toEqual(b);
    const without = await load({ tokenizer: false });
    expect(() => without.encode('the harbour')).toThrow(`${REPO} has no tokenizer. Give the folder of one`);
    without.model.dispose();
  });

  it('refuses what it cannot load by name, before the weights are downloaded', async () => {
    const files = await tinyFiles('bert', 40);
    const original = JSON.parse(new TextDecoder().decode(files['config.json']));
    const refused = async (message: string, config: object) => {
      const { load, requests } = await hub(withConfig(files, config));
      await expect(load()).rejects.toThrow(message);
      expect(requests.filter(({ path }) => path.endsWith('/model.safetensors'))).toEqual([]);
      const folder = await writeFiles(await temporaryFolder(), withConfig(files, config));
      await expect(expectConservesTensors(() => fromPretrained(folder))).rejects.toThrow(message.replace(REPO, folder));
    };
    await refused(
      `${REPO} is a MistralForCausalLM, which is not supported. fromPretrained loads models of the types bert, gpt2 and llama.`,
      { model_type: 'mistral', architectures: ['MistralForCausalLM'] },
    );
    await refused(`${REPO} is a model of the type "t5", which is not supported`, { model_type: 't5' });
    await refused(`${REPO} is a model whose config names no architecture`, {});
    await refused('architectures = "BertForTokenClassification", which is not supported', {
      ...original,
      architectures: ['BertForTokenClassification'],
    });
    await refused('hidden_act = "mish"', { ...original, hidden_act: 'mish' });
  });

  it('knows a family without a model_type by its architecture', async () => {
    const files = await tinyFiles('gpt', 30);
    const { model_type, ...config } = JSON.parse(new TextDecoder().decode(files['config.json']));
    expect(model_type).toBe('gpt2');
    const { load } = await hub(withConfig(files, { ...config, architectures: ['GPT2LMHeadModel'] }));
    const { family, model } = await load();
    expect(family).toBe('gpt2');
    model.dispose();
  });

  it('says what a name must be', async () => {
    for (const name of ['gpt2', './nowhere', 'a/b/c', '']) {
      await expect(fromPretrained(name)).rejects.toThrow(
        `"${name}" is neither a folder nor the name of a model on the hub`,
      );
    }
    const folder = await temporaryFolder();
    await expect(fromPretrained(folder, { revision: 'main' })).rejects.toThrow('so it has no revision "main"');
    await expect(fromPretrained(folder)).rejects.toThrow('has no config.json');
  });
});

shared('fromPretrained on real models', (data) => {
  it.each(['splade-tiny', 'e5-small-v2'])(
    '%s reads the recorded sentences as transformers does',
    { timeout: 300_000 },
    async (name) => {
      await useBackend('wasm');
      const folder = join(data, 'models', name);
      const { model, encode, rowsWithoutToken } = await fromPretrained(folder, {
        tokenizer: join(data, 'bert-base-uncased'),
      });
      expect(rowsWithoutToken).toEqual([]);
      const sentences = JSON.parse(await readFile(join(folder, 'reference_sentences.json'), 'utf8')) as string[];
      const reference = await readReference(join(folder, 'reference.safetensors'));
      const inputs = encode(sentences);
      expect(Array.from(inputs.ids.dataSync())).toEqual(Array.from(reference.get('input_ids')!.data));
      const { hidden } = model.run(inputs);
      const width = hidden.shape[2];
      const mask = inputs.mask.dataSync();
      const expected = reference.get(`layer.${model.order.length - 1}.output`)!.data;
      const { error, magnitude } = difference(hidden.dataSync(), expected, (i) => mask[Math.floor(i / width)] === 1);
      expect(error).toBeLessThanOrEqual(tolerance.forward * Math.max(1, magnitude));
      tf.dispose([inputs, hidden]);
      model.dispose();
    },
  );
});
