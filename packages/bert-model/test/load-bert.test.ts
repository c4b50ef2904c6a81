import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSafetensors, type StoredTensor, type TensorEntry, writeSafetensors } from '@interlayer/safetensors';
import { expectConservesTensors, temporaryFolder, useBackend } from '@interlayer/test-kit';
import { bertTokenizerJson } from '@interlayer/tokenizer';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BertModel, createBert, loadBert, saveBert } from '../src/index';
import { exampleInputs, tinyBert, tinyConfig } from './tiny';

beforeAll(() => useBackend('cpu'));

const fixture = fileURLToPath(new URL('./fixtures/tiny-bert', import.meta.url));

async function stored(folder: string): Promise<Record<string, StoredTensor>> {
  const file = await openSafetensors(join(folder, 'model.safetensors'));
  const tensors: Record<string, StoredTensor> = {};
  for (const name of file.tensors.keys()) tensors[name] = await file.read(name);
  await file.close();
  return tensors;
}

/** A copy of the fixture's folder, changed. */
async function changed(
  change: {
    name?: (name: string) => string | undefined;
    config?: Record<string, unknown>;
    more?: (tensors: Record<string, StoredTensor>) => TensorEntry[];
  } = {},
): Promise<string> {
  const folder = await temporaryFolder();
  const config = JSON.parse(await readFile(join(fixture, 'config.json'), 'utf8'));
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, ...change.config }));
  const tensors = await stored(fixture);
  const renamed = Object.entries(tensors).flatMap(([name, { shape, data }]) => {
    const next = change.name ? change.name(name) : name;
    return next === undefined ? [] : [{ name: next, shape, data }];
  });
  await writeSafetensors(join(folder, 'model.safetensors'), [...renamed, ...(change.more?.(tensors) ?? [])]);
  return folder;
}

const outputs = (model: BertModel) =>
  tf.tidy(() =>
    Object.entries(model.run(exampleInputs())).map(([name, value]) => [
      name,
      Array.from((value as tf.Tensor).dataSync()),
    ]),
  );

/** The masked-LM logits of the first token. */
const firstLogits = (model: BertModel) =>
  tf.tidy(() => Array.from(model.run(exampleInputs()).mlmLogits!.dataSync().slice(0, model.config.vocab_size)));

async function sameBytes(a: string, b: string) {
  expect(await stored(b)).toEqual(await stored(a));
}

describe('loadBert and saveBert', () => {
  it('take every spelling of the hub for the same model, and write each back as it was', async () => {
    const plain = await loadBert(fixture);
    const expected = outputs(plain.model);
    const old = (name: string) =>
      name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta');
    const bare = (name: string) => name.replace(/^bert\./, '');
    const decoder = ({ 'bert.embeddings.word_embeddings.weight': words }: Record<string, StoredTensor>) =>
      ({ name: 'cls.predictions.decoder.weight', shape: words!.shape, data: words!.data }) as TensorEntry;
    const bias = (tensors: Record<string, StoredTensor>) =>
      ({ ...tensors['cls.predictions.bias']!, name: 'cls.predictions.decoder.bias' }) as TensorEntry;
    for (const folder of [
      fixture,
      await changed({ name: old }),
      await changed({ name: bare }),
      await changed({ name: (name) => bare(old(name)) }),
      await changed({ more: (tensors) => [decoder(tensors), bias(tensors)] }),
      await changed({ name: (name) => name.replace('cls.predictions.bias', 'cls.predictions.decoder.bias') }),
    ]) {
      const { model } = await loadBert(folder);
      expect(Object.keys(model.weights)).toEqual(Object.keys(plain.model.weights));
      expect(outputs(model)).toEqual(expected);
      const target = join(await temporaryFolder(), 'copy');
      await saveBert(model, target);
      await sameBytes(folder, target);
      expect(await readFile(join(target, 'config.json'))).toEqual(await readFile(join(folder, 'config.json')));
      model.dispose();
    }
    plain.model.dispose();
  });

  it('ignore position_ids', async () => {
    const folder = await changed({
      more: () => [{ name: 'bert.embeddings.position_ids', shape: [1, 2], data: BigInt64Array.of(0n, 1n) }],
    });
    const { model } = await loadBert(folder);
    model.dispose();
  });

  it('keep a half-precision file in half precision, and what was made here in float32', async () => {
    const made = tinyBert({}, ['mlm', 'pooler'], 4);
    const [first, second, third] = [0, 1, 2].map(() => temporaryFolder());
    const half = join(await first!, 'half');
    await saveBert(made, half, { dtype: 'F16' });
    const { model } = await loadBert(half);
    const again = join(await second!, 'again');
    await saveBert(model, again);
    await sameBytes(half, again);
    expect(Object.values(await stored(again)).every(({ dtype }) => dtype === 'F16')).toBe(true);

    const full = join(await third!, 'full');
    await saveBert(made, full);
    const loaded = await loadBert(full);
    expect(outputs(loaded.model)).toEqual(outputs(made));
    expect(loaded.model.config).toEqual(made.config);
    expect(JSON.parse(await readFile(join(full, 'config.json'), 'utf8'))).toMatchObject({
      architectures: ['BertForPreTraining'],
      model_type: 'bert',
    });
    for (const bert of [made, model, loaded.model]) bert.dispose();
  });

  it('keep what is ours in a config: patterns of feed-forward blocks and skips, classes', async () => {
    const made = createBert(
      {
        ...tinyConfig,
        feed_forward: [true, false, true],
        skips: { attention: [false, true, true] },
        tie_word_embeddings: false,
        hidden_act: 'gelu_new',
      },
      { seed: 1, heads: ['mlm', 'classifier'] },
    );
    const folder = join(await temporaryFolder(), 'made');
    await saveBert(made.withLayers([2]).withHeads([]), folder);
    const { model } = await loadBert(folder);
    expect(model.config).toEqual(made.config);
    expect(outputs(model)).toEqual(outputs(made));
    model.dispose();
    made.dispose();
  });

  it('mark a model that other tools would compute otherwise, so that they refuse it, also one that was not marked', async () => {
    const made = tinyBert({ skips: { feed_forward: [true, false, true] } }, ['mlm'], 6);
    const folder = join(await temporaryFolder(), 'made');
    await saveBert(made, folder);
    const configOf = async (path: string) => JSON.parse(await readFile(join(path, 'config.json'), 'utf8'));
    const marked = await configOf(folder);
    expect(marked).toMatchObject({ model_type: 'interlayer_bert', architectures: ['InterlayerBertForMaskedLM'] });
    const unmarked = { ...marked, model_type: 'bert', architectures: ['BertForMaskedLM'] };
    await writeFile(join(folder, 'config.json'), JSON.stringify(unmarked));
    const { model } = await loadBert(folder);
    expect(model.config).toEqual(made.config);
    expect(outputs(model)).toEqual(outputs(made));
    const again = join(await temporaryFolder(), 'again');
    await saveBert(model, again);
    expect(await configOf(again)).toEqual(marked);
    for (const bert of [made, model]) bert.dispose();
  });

  it('take a field that is null for one that is absent, and an empty id2label too', async () => {
    const bert = (model: BertModel) => {
      const { config } = model;
      model.dispose();
      return config;
    };
    const withoutClasses = { name: (name: string) => (name.startsWith('classifier.') ? undefined : name) };
    const absent = { hidden_act: undefined, position_embedding_type: undefined, id2label: undefined };
    const empty = { hidden_act: null, position_embedding_type: null, is_decoder: null, id2label: {} };
    const [a, b] = await Promise.all(
      [absent, empty].map(async (config) => loadBert(await changed({ ...withoutClasses, config }))),
    );
    expect(bert(b!.model)).toEqual(bert(a!.model));
    const { model } = await loadBert(await changed({ config: { architectures: null, hidden_act: 'gelu_python' } }));
    expect(bert(model).hidden_act).toBe('gelu_python');
  });

  it('read the tokenizer of the folder or of another one, take the given one, or none', async () => {
    const folder = await changed();
    await writeFile(
      join(folder, 'tokenizer.json'),
      JSON.stringify(bertTokenizerJson(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'hello'])),
    );
    const own = await loadBert(folder);
    expect(Array.from(own.tokenizer!.encode('hello').ids)).toEqual([2, 5, 3]);
    const other = await loadBert(fixture, { tokenizer: folder });
    expect(Array.from(other.tokenizer!.encode('hello').ids)).toEqual([2, 5, 3]);
    const given = await loadBert(fixture, { tokenizer: own.tokenizer });
    expect(given.tokenizer).toBe(own.tokenizer);
    const target = join(await temporaryFolder(), 'copy');
    await saveBert(own.model, target);
    expect(await readFile(join(target, 'tokenizer.json'))).toEqual(await readFile(join(folder, 'tokenizer.json')));
    for (const { model } of [own, other, given]) model.dispose();
    await expect(expectConservesTensors(() => loadBert(fixture, { tokenizer: fixture }))).rejects.toThrow(
      'has no tokenizer',
    );
    const pieces = Array.from(
      { length: 42 },
      (_, id) => ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'][id] ?? `p${id}`,
    );
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(bertTokenizerJson(pieces)));
    await expect(expectConservesTensors(() => loadBert(folder))).rejects.toThrow(
      /has 40 word embeddings, and its tokenizer has tokens beyond them: "p40" \(40\), "p41" \(41\)/,
    );
    const alone = await loadBert(folder, { tokenizer: false });
    expect(alone.tokenizer).toBeUndefined();
    alone.model.dispose();
  });

  it('name what is not supported', async () => {
    const fails = async (message: string | RegExp, change: Parameters<typeof changed>[0]) => {
      const folder = await changed(change);
      await expect(expectConservesTensors(() => loadBert(folder))).rejects.toThrow(message);
    };
    await fails('model_type = "roberta", which is not supported. Supported: "bert"', {
      config: { model_type: 'roberta' },
    });
    await fails('hidden_act = "mish"', { config: { hidden_act: 'mish' } });
    await fails('position_embedding_type = "relative_key"', { config: { position_embedding_type: 'relative_key' } });
    await fails('architectures = 1; it must be a list of names', { config: { architectures: 1 } });
    await fails('skips = "none"; it must be an object', { config: { skips: 'none' } });
    await fails('num_hidden_layers = 30000000, and the weights in', { config: { num_hidden_layers: 3e7 } });
    await fails('num_labels = 1000000000, and the weights in', { config: { num_labels: 1e9 } });
    await fails('is_decoder = true, which is not supported (attention is bidirectional)', {
      config: { is_decoder: true },
    });
    await fails('add_cross_attention = true', { config: { add_cross_attention: true } });
    await fails('architectures = "BertForTokenClassification"', {
      config: { architectures: ['BertForTokenClassification'] },
    });
    await fails('hidden_size = 16 is not a multiple of num_attention_heads = 3', {
      config: { num_attention_heads: 3 },
    });
    await fails('hidden_size = undefined; it must be a whole number', { config: { hidden_size: undefined } });
    await fails('feed_forward is [true]; give 2 booleans', { config: { feed_forward: [true] } });
    await fails('skips.attention is [1,1]; give 2 booleans', { config: { skips: { attention: [1, 1] } } });
    await fails('the shape [24,16]; the config asks for [64,16]', { config: { intermediate_size: 64 } });
    await fails(/Unexpected \(16\)[\s\S]*"bert\.encoder\.layer\.1\./, { config: { num_hidden_layers: 1 } });
    await fails(/Missing \(1\):\n {2}"bert\.pooler\.dense\.bias" \(nearest in the file: /, {
      name: (name) => (name === 'bert.pooler.dense.bias' ? undefined : name),
    });
    await fails(/Missing \(5\):\n {2}"cls\.predictions\.transform\.dense\.weight"/, {
      name: (name) => (name.startsWith('cls.predictions.') ? undefined : name),
    });
    await fails(/"cls\.predictions\.decoder\.weight" differs from "bert\.embeddings\.word_embeddings\.weight"/, {
      more: () => [{ name: 'cls.predictions.decoder.weight', shape: [40, 16], data: new Float32Array(640) }],
    });
  });

  it('load a readout of its own with its own bias, as transformers 5 saves it, and write both back', async () => {
    const decoderBias = Float32Array.from({ length: 40 }, (_, i) => i / 8);
    const folder = await changed({
      config: { tie_word_embeddings: false },
      more: () => [
        { name: 'cls.predictions.decoder.weight', shape: [40, 16], data: new Float32Array(640) },
        { name: 'cls.predictions.decoder.bias', shape: [40], data: decoderBias },
      ],
    });
    const { model } = await loadBert(folder);
    expect(firstLogits(model)).toEqual(Array.from(decoderBias));
    const target = join(await temporaryFolder(), 'copy');
    await saveBert(model, target);
    await sameBytes(folder, target);
    model.dispose();
  });

  it('load a readout of its own whose bias has the name that older transformers gave it, and write it under both', async () => {
    const decoder = 'cls.predictions.decoder';
    const folder = await changed({
      config: { tie_word_embeddings: false },
      more: () => [{ name: `${decoder}.weight`, shape: [40, 16], data: new Float32Array(640) }],
    });
    const before = await stored(folder);
    const bias = before['cls.predictions.bias']!;
    const { model } = await loadBert(folder);
    expect(Object.keys(model.weights).filter((name) => name.endsWith('predictions.bias'))).toEqual([]);
    expect(firstLogits(model)).toEqual(Array.from(bias.data as Float32Array));
    const target = join(await temporaryFolder(), 'copy');
    await saveBert(model, target);
    expect(await stored(target)).toEqual({ ...before, [`${decoder}.bias`]: bias });
    const again = await loadBert(target);
    expect(outputs(again.model)).toEqual(outputs(model));
    for (const bert of [model, again.model]) bert.dispose();
  });

  it('write the bias of a readout made here under every name that is read somewhere', async () => {
    const made = tinyBert({ tie_word_embeddings: false }, ['mlm'], 7);
    const target = join(await temporaryFolder(), 'made');
    await saveBert(made, target);
    const bias = made.weights['cls.predictions.decoder.bias']!.dataSync();
    const tensors = await stored(target);
    for (const name of ['cls.predictions.decoder.bias', 'cls.predictions.bias']) {
      expect(tensors[name]!.data, name).toEqual(bias);
    }
    made.dispose();
  });
});
