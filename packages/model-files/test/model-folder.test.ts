import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '@interlayer/safetensors';
import { fuzz, mutateJsonText, temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { openModelFolder } from '../src/index';

const tensor = (name: string, ...values: number[]) => ({
  name,
  shape: [values.length],
  data: Float32Array.from(values),
});

describe('openModelFolder', () => {
  it('opens one file, and lists what it holds', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'config.json'), '{ "model_type": "bert" }\n');
    await writeSafetensors(join(folder, 'model.safetensors'), [tensor('a', 1, 2), tensor('b', 3)]);
    const files = await openModelFolder(folder);
    expect(files.config).toEqual({ model_type: 'bert' });
    expect(files.configText).toBe('{ "model_type": "bert" }\n');
    expect([...files.tensors.keys()]).toEqual(['a', 'b']);
    expect((await files.read('a')).data).toEqual(Float32Array.of(1, 2));
    await files.close();
  });

  it('opens shards by their index', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'config.json'), '{}');
    await writeSafetensors(join(folder, 'model-1.safetensors'), [tensor('a', 1, 2)]);
    await writeSafetensors(join(folder, 'model-2.safetensors'), [tensor('b', 3), tensor('c', 4)]);
    const index = (map: unknown) =>
      writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map: map }));
    await index({ c: 'model-2.safetensors', a: 'model-1.safetensors', b: 'model-2.safetensors' });
    const files = await openModelFolder(folder);
    expect([...files.tensors.keys()].sort()).toEqual(['a', 'b', 'c']);
    expect((await files.read('c')).data).toEqual(Float32Array.of(4));
    await files.close();

    await index({ a: 'model-3.safetensors' });
    await expect(openModelFolder(folder)).rejects.toThrow('puts the tensor "a" into model-3.safetensors, and');
    await index({ d: 'model-1.safetensors' });
    await expect(openModelFolder(folder)).rejects.toThrow('"d" into model-1.safetensors, which does not hold it');
    for (const map of [null, ['model-1.safetensors']]) {
      await index(map);
      await expect(openModelFolder(folder)).rejects.toThrow('has no "weight_map"');
    }
    for (const shard of [1, ['model-1.safetensors'], { toString: 1 }, 'config.json']) {
      await index({ a: shard });
      await expect(openModelFolder(folder)).rejects.toThrow(
        'does not say which .safetensors file holds the tensor "a".',
      );
    }
  });

  it('survives damaged indices, and reads each tensor from where it is', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'config.json'), '{}');
    const shards = { 'model-1.safetensors': { a: 1, b: 2 }, 'model-2.safetensors': { c: 3 } };
    for (const [shard, tensors] of Object.entries(shards))
      await writeSafetensors(
        join(folder, shard),
        Object.entries(tensors).map(([name, value]) => tensor(name, value)),
      );
    const index = {
      metadata: { total_size: 12 },
      weight_map: { a: 'model-1.safetensors', b: 'model-1.safetensors', c: 'model-2.safetensors' },
    };
    const values: Record<string, number> = { a: 1, b: 2, c: 3 };
    await fuzz(
      'shard indices (model-files)',
      async (text: string) => {
        await writeFile(join(folder, 'model.safetensors.index.json'), text);
        const files = await openModelFolder(folder);
        const read: Record<string, number> = {};
        for (const name of files.tensors.keys()) read[name] = Number((await files.read(name)).data[0]);
        await files.close();
        return read;
      },
      (seed) => mutateJsonText(seed, index),
      {
        check(read, text) {
          const named = Object.keys(JSON.parse(text).weight_map);
          expect(read).toEqual(Object.fromEntries(named.map((name) => [name, values[name]])));
        },
      },
    );
  });

  it('says what is missing, and what to do', async () => {
    const folder = await temporaryFolder();
    await expect(openModelFolder('https://somewhere.org/model')).rejects.toThrow(/is an address.*download its files/);
    await expect(openModelFolder(join(folder, 'absent'))).rejects.toThrow(
      /cannot be read \(ENOENT\)\. Give the folder of a model/,
    );
    await writeFile(join(folder, 'notes.txt'), '');
    await expect(openModelFolder(folder)).rejects.toThrow('has no config.json. It has: notes.txt');
    await writeFile(join(folder, 'config.json'), '{');
    await expect(openModelFolder(folder)).rejects.toThrow(/config\.json is not JSON/);
    await writeFile(join(folder, 'config.json'), '[]');
    await expect(openModelFolder(folder)).rejects.toThrow(/config\.json is not a JSON object/);
    await writeFile(join(folder, 'config.json'), '{}');
    await expect(openModelFolder(folder)).rejects.toThrow('has neither model.safetensors nor');
    await writeFile(join(folder, 'pytorch_model.bin'), '');
    await expect(openModelFolder(folder)).rejects.toThrow(
      /only as pytorch_model\.bin[\s\S]*from safetensors\.torch import/,
    );
    await writeFile(join(folder, 'model.safetensors'), 'x');
    await expect(openModelFolder(folder)).rejects.toThrow(/The file has 1 bytes/);
  });

  it('tells a Git LFS pointer from the file that it stands for, in one file, in shards and in config.json', async () => {
    const folder = await temporaryFolder();
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 440449768\n`;
    const points = (name: string) =>
      expect(openModelFolder(folder)).rejects.toThrow(
        `${folder}/${name} is a Git LFS pointer and not the file itself. Run "git lfs pull" in ${folder}.`,
      );
    await writeFile(join(folder, 'config.json'), '{}');
    await writeFile(join(folder, 'model.safetensors'), pointer);
    await points('model.safetensors');
    await rm(join(folder, 'model.safetensors'));
    await writeFile(join(folder, 'model-1.safetensors'), pointer);
    const index = { weight_map: { a: 'model-1.safetensors' } };
    await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify(index));
    await points('model-1.safetensors');
    await writeFile(join(folder, 'config.json'), pointer);
    await points('config.json');
  });
});
