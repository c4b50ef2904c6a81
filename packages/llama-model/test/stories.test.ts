import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shared, temporaryFolder, useBackend } from '@interlayer/test-kit';
import { createTokenizer, llama2cTokenizerJson } from '@interlayer/tokenizer';
import { expect, it } from 'vitest';
import { generate, loadLlama } from '../src/index';

/** What its author's tests expect of the model, greedily from the first token. */
const TEXT =
  'Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball. She wanted to play with it, but it was too high.\n' +
  'Lily\'s mom said, "Lily, let\'s go to the park." Lily was sad and didn\'t know what to do. She said, "I want to play with your ball, but I can\'t find it."\n' +
  "Lily was sad and didn't know what to do. She said, \"I'm sorry, Lily. I didn't know what to do.\"\n" +
  "Lily didn't want to help her mom, so she";

shared('stories260K', (data) => {
  const folder = join(data, 'models', 'stories260K');

  it('tells the story that it is known for', { timeout: 300_000 }, async () => {
    await useBackend('wasm');
    const pieces = await readFile(join(folder, 'tok512.bin'));
    const { model, tokenizer } = await loadLlama(join(folder, 'stories260K.bin'), {
      tokenizer: createTokenizer(llama2cTokenizerJson(pieces)),
    });
    const ids = await generate(model.withHead(true), tokenizer!.encode('').ids, { maxNewTokens: 200 });
    expect(ids[0]).toBe(403);
    const text = tokenizer!.decode(ids);
    expect(text.slice(0, TEXT.length)).toBe(TEXT);
    model.dispose();
  });

  it('is refused when it is cut short, or its header lies', async () => {
    await useBackend('cpu');
    const bytes = await readFile(join(folder, 'stories260K.bin'));
    const refuses = async (message: string, change: (bytes: Buffer) => Buffer) => {
      const path = join(await temporaryFolder(), 'changed.bin');
      await writeFile(path, change(Buffer.from(bytes)));
      await expect(loadLlama(path)).rejects.toThrow(message);
    };
    const header = (field: number, value: number) => (copy: Buffer) => {
      copy.writeInt32LE(value, 4 * field);
      return copy;
    };
    await refuses('has 20 bytes, and the header of a llama2.c file alone has 28', (copy) => copy.subarray(0, 20));
    await refuses('has 1056536 bytes; a llama2.c file of the sizes in its header has 1056540', (copy) =>
      copy.subarray(0, -4),
    );
    await refuses('its header has n_layers = 0', header(2, 0));
    await refuses('its header has dim = 64, n_heads = 7, n_kv_heads = 4', header(3, 7));
    await refuses('its header has vocab_size = 0', header(5, 0));
    await refuses('has 1056540 bytes; a llama2.c file of the sizes in its header has', header(2, 2 ** 31 - 1));
    await refuses('has 1056540 bytes; a llama2.c file of the sizes in its header has', header(5, -512));
  });
});
