import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBert, saveBert } from '@interlayer/bert-model';
import { createGpt, saveGpt } from '@interlayer/gpt-model';
import { miniGptFolder } from '@interlayer/mini-gpt';
import { afterAll } from 'vitest';
import type { Subject } from '../../src/subjects/subject';

/** A new folder that goes when the file's tests end. */
export async function folderOfFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'interlayer-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Saves a small random model with the shipped tokenizer, as a checkpoint of that family lies in a folder. */
export async function tinyCheckpoint(
  folder: string,
  family: 'gpt2' | 'bert',
  { head = true, tokenizer = true, cells = 60 }: { head?: boolean; tokenizer?: boolean; cells?: number } = {},
): Promise<void> {
  const seed = { seed: 1, std: 0.2 };
  if (family === 'gpt2') {
    const shape = { n_positions: 64, n_embd: 16, n_layer: 2, n_head: 2, n_inner: cells };
    const model = createGpt({ vocab_size: 4096, ...shape }, seed);
    await saveGpt(model, folder);
    model.dispose();
  } else {
    const shape = { hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: cells };
    const heads = head ? (['mlm'] as const) : [];
    const model = createBert({ vocab_size: 4096, max_position_embeddings: 64, ...shape }, { ...seed, heads });
    await saveBert(model, folder);
    model.dispose();
  }
  if (tokenizer) cpSync(join(miniGptFolder(), 'tokenizer.json'), join(folder, 'tokenizer.json'));
}

export const subjectIn = (folder: string, change: Partial<Subject> = {}): Subject => ({
  id: 'tiny',
  scale: 'checkpoint',
  variants: { base: folder },
  missing: 'its folder is gone',
  ...change,
});
