import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSafetensors, type TensorEntry, writeSafetensors } from '@interlayer/safetensors';
import { expectConservesTensors, temporaryFolder, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadWeights, type NamedShape, type NameRules, openModelFolder, saveWeights } from '../src/index';

beforeAll(() => useBackend('cpu'));

const rules: NameRules = {
  canonical: (stored) => (stored.startsWith('net.') || stored.startsWith('out.') ? stored : `net.${stored}`),
  ignored: /buffer$/,
  carried: /^extra\./,
  ties: { 'out.weight': 'net.table' },
};
const shapes: NamedShape[] = [
  { name: 'net.table', shape: [2, 2] },
  { name: 'net.bias', shape: [2] },
];
const float = (name: string, shape: number[], values: number[], dtype?: 'F16' | 'BF16'): TensorEntry => ({
  name,
  shape,
  data: Float32Array.from(values),
  dtype,
});
const table = float('table', [2, 2], [1, 2, -0, 4]);
const bias = float('bias', [2], [0.5, 0.25]);

async function folderOf(...entries: TensorEntry[]): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'config.json'), '{ "odd":   "spacing" }');
  await writeSafetensors(join(folder, 'model.safetensors'), entries);
  return folder;
}

async function load(folder: string) {
  const files = await openModelFolder(folder);
  try {
    return await loadWeights(files, shapes, rules);
  } finally {
    await files.close();
  }
}

async function contents(folder: string) {
  const file = await openSafetensors(join(folder, 'model.safetensors'));
  const tensors: Record<string, unknown> = {};
  for (const [name, { dtype, shape }] of file.tensors) {
    tensors[name] = { dtype, shape, bytes: Array.from((await file.read(name, { as: 'bytes' })).data) };
  }
  await file.close();
  return tensors;
}

describe('loadWeights and saveWeights', () => {
  it('give canonical names, and write back the same names, formats and bytes', async () => {
    const copy = float('out.weight', [2, 2], [1, 2, -0, 4]);
    const extra = { name: 'extra.ids', shape: [2], data: BigInt64Array.of(1n, 2n) };
    for (const entries of [
      [table, bias],
      [float('net.table', [2, 2], [1.5, 2, 3, 65504], 'F16'), float('net.bias', [2], [2 ** -24, 1], 'BF16')],
      [table, bias, copy, extra],
      // A tied matrix may be stored under the name of its copy alone.
      [copy, bias],
    ]) {
      const folder = await folderOf(...(entries as TensorEntry[]));
      const { weights, origin } = await expectConservesTensors(
        () => load(folder),
        () => 2,
      );
      expect(Object.keys(weights)).toEqual(['net.table', 'net.bias']);
      const target = join(await temporaryFolder(), 'new', 'model');
      await expectConservesTensors(() => saveWeights(target, weights, { config: {}, origin }));
      expect(await contents(target)).toEqual(await contents(folder));
      expect(await readFile(join(target, 'config.json'), 'utf8')).toBe('{ "odd":   "spacing" }');
      tf.dispose(weights);
    }
  });

  it('leave out buffers, and widen half precision', async () => {
    const folder = await folderOf(table, float('net.bias', [2], [0.1, 0.2], 'F16'), float('h.buffer', [1], [1]));
    const { weights, origin } = await load(folder);
    expect(Array.from(weights['net.bias']!.dataSync())).toEqual([0.0999755859375, 0.199951171875]);
    const target = join(await temporaryFolder(), 'model');
    await saveWeights(target, weights, { config: {}, origin, dtype: 'F32' });
    const saved = await contents(target);
    expect(Object.keys(saved).sort()).toEqual(['net.bias', 'table']);
    expect(saved['net.bias']).toMatchObject({ dtype: 'F32' });
    tf.dispose(weights);
  });

  it('copy the tokenizer, replace files in a folder that exists, and leave nothing half-written', async () => {
    const folder = await folderOf(table, bias);
    await writeFile(join(folder, 'tokenizer.json'), '{}');
    await writeFile(join(folder, 'vocab.txt'), 'a\n');
    await writeFile(join(folder, 'secret.txt'), '');
    const { weights, origin } = await load(folder);
    const parent = await temporaryFolder();
    const target = join(parent, 'model');
    await saveWeights(target, weights, { config: {}, origin });
    await saveWeights(target, weights, { config: {}, origin, dtype: 'BF16' });
    expect((await readdir(target)).sort()).toEqual(['config.json', 'model.safetensors', 'tokenizer.json', 'vocab.txt']);
    const before = await contents(target);
    expect(before.table).toMatchObject({ dtype: 'BF16' });
    tf.dispose(weights);
    // The weights are gone, so that writing fails half-way.
    await expect(saveWeights(target, weights, { config: {}, origin })).rejects.toThrow();
    expect(await contents(target)).toEqual(before);
    expect(await readdir(parent)).toEqual(['model']);
  });

  it('write a new model with its config', async () => {
    const weights = {
      'net.table': tf.variable(tf.tensor2d([1, 2, 3, 4], [2, 2])),
      'net.bias': tf.variable(tf.tensor1d([5, 6])),
    };
    const target = join(await temporaryFolder(), 'model');
    await saveWeights(target, weights, { config: { width: 2 } });
    expect(JSON.parse(await readFile(join(target, 'config.json'), 'utf8'))).toEqual({ width: 2 });
    expect(Object.keys(await contents(target))).toEqual(['net.table', 'net.bias']);
    const { weights: again } = await load(target);
    expect(again['net.table']!.dataSync()).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  it('write a weight under further names, where the file has none of its own', async () => {
    const copies = { 'out.weight': 'net.table', 'extra.bias': 'net.bias' };
    const extra = float('extra.bias', [2], [7, 7]);
    const { weights, origin } = await load(await folderOf(table, bias, extra));
    const target = join(await temporaryFolder(), 'model');
    await saveWeights(target, weights, { config: {}, origin, copies });
    const { dtype, shape, data } = table;
    expect(await contents(target)).toEqual(
      await contents(await folderOf(table, bias, extra, { name: 'out.weight', dtype, shape, data })),
    );
    tf.dispose(weights);
  });

  it('name what is wrong, and leave nothing allocated', async () => {
    const fails = async (message: string | RegExp, ...entries: TensorEntry[]) => {
      const folder = await folderOf(...entries);
      await expect(expectConservesTensors(() => load(folder))).rejects.toThrow(message);
    };
    await fails(
      /Missing \(1\):\n {2}"net\.bias" \(nearest in the file: "bais", "table"\)/,
      table,
      float('bais', [2], [0, 0]),
    );
    await fails(
      /Unexpected \(1\):\n {2}"net\.tabel" \(nearest known: "net\.table"/,
      table,
      bias,
      float('net.tabel', [1], [0]),
    );
    await fails('"bias" has the shape [3]; the config asks for [2]', table, float('bias', [3], [0, 0, 0]));
    await fails('"bias" is stored as I32; weights are read from F32, F16, BF16', table, {
      name: 'bias',
      shape: [2],
      data: Int32Array.of(1, 2),
    });
    await fails('stores "net.bias" twice', table, bias, float('net.bias', [2], [0, 0]));
    await fails(
      /"out\.weight" differs from "table".*"tie_word_embeddings": false/,
      table,
      bias,
      float('out.weight', [2, 2], [1, 2, 0, 4]),
    );
    const many = Array.from({ length: 12 }, (_, i) => float(`more.${i}`, [1], [0]));
    await fails(/Unexpected \(12\):[\s\S]*and 4 more/, table, bias, ...many);
  });
});
