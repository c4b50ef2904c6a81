import { copyFile, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { openSafetensors, writeSafetensors } from '@interlayer/safetensors';
import { loadTokenizer } from '@interlayer/tokenizer';
import type { Platform } from './platform';

export const platform: Platform = {
  async openFolder(path) {
    const names = await readdir(path).catch((cause) => {
      throw new Error(
        `The folder "${path}" cannot be read (${cause.code}). Give the folder of a model, with its config.json.`,
        { cause },
      );
    });
    return {
      path,
      names: names.sort(),
      async head(name, length) {
        const file = await open(join(path, name), 'r');
        try {
          const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0);
          return buffer.subarray(0, bytesRead);
        } finally {
          await file.close();
        }
      },
      text: (name) => readFile(join(path, name), 'utf8'),
      tensors: (name) => openSafetensors(join(path, name)),
    };
  },

  async writeFolder(path, write) {
    const target = resolve(path);
    const temporary = `${target}.${globalThis.crypto.randomUUID()}.tmp`;
    await mkdir(dirname(target), { recursive: true });
    await mkdir(temporary);
    try {
      await write({
        writeText: (name, text) => writeFile(join(temporary, name), text),
        writeTensors: (name, entries) =>
          writeSafetensors(join(temporary, name), entries, { metadata: { format: 'pt' } }),
        copy: (from, name) => copyFile(join(from, name), join(temporary, name)),
      });
      const exists = await readdir(target).then(
        () => true,
        () => false,
      );
      if (!exists) await rename(temporary, target);
      else for (const name of await readdir(temporary)) await rename(join(temporary, name), join(target, name));
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  },

  loadTokenizer,
};
