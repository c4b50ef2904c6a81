import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serializeSafetensors } from '@interlayer/safetensors';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTriggers, writeTriggers } from '../src/index';
import { scanned, scoredCorpus } from './trigger-corpus';

const seed = 20121491;
const [corpus] = fc.sample(
  scoredCorpus.filter(({ positions }) => positions.length > 12),
  { seed, numRuns: 1 },
);
const triggers = scanned(corpus!.options, corpus!.positions);
let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'triggers-'));
  path = join(folder, 'scan.safetensors');
});
afterAll(() => rm(folder, { recursive: true }));

describe('a trigger file', () => {
  it('gives back what was written, from a path or from bytes, and nothing lies beside it', async () => {
    await writeTriggers(path, triggers, { next: 7 });
    expect(await readTriggers(path)).toEqual({ triggers, progress: { next: 7 } });
    await writeTriggers(path, triggers);
    expect(await readTriggers(new Uint8Array(await readFile(path)))).toEqual({ triggers, progress: null });
    expect(await readdir(folder)).toEqual(['scan.safetensors']);
  });

  it('gives the same bytes for the same triggers', async () => {
    await writeTriggers(path, triggers);
    const first = await readFile(path);
    await writeTriggers(path, structuredClone(triggers));
    expect(await readFile(path)).toEqual(first);
  });

  it('is refused when any of its bytes has changed, or when it was cut short or lengthened', async () => {
    await writeTriggers(path, triggers, { next: 7 });
    const bytes = new Uint8Array(await readFile(path));
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at]! ^= 1 << (at % 8);
      await expect(readTriggers(changed), `byte ${at}`).rejects.toThrow(
        /The trigger file cannot be used: .+ Nothing was changed/,
      );
    }
    for (let length = 0; length < bytes.length; length += 7)
      await expect(readTriggers(bytes.slice(0, length)), `${length} bytes`).rejects.toThrow('cannot be used');
    await expect(readTriggers(new Uint8Array([...bytes, 0]))).rejects.toThrow('cannot be used');
  });

  it('that cannot be used is named and left as it is', async () => {
    await writeTriggers(path, triggers);
    const half = (await readFile(path)).subarray(0, 500);
    await writeFile(path, half);
    await expect(readTriggers(path)).rejects.toThrow(`The trigger file ${path} cannot be used`);
    expect(await readFile(path)).toEqual(half);
    await expect(readTriggers(join(folder, 'none'))).rejects.toThrow('ENOENT');
  });

  it('must be one, of this version', async () => {
    const of = (metadata: Record<string, string>) =>
      readTriggers(serializeSafetensors([{ name: 'x', shape: [1], data: Float32Array.of(1) }], { metadata }));
    await expect(of({})).rejects.toThrow('it holds no triggers');
    await expect(of({ format: 'interlayer ffn-memory triggers', version: '9' })).rejects.toThrow(
      'it has version 9, and this package reads version 1',
    );
    await expect(of({ format: 'interlayer ffn-memory triggers', version: '1' })).rejects.toThrow(
      'its scores are missing',
    );
  });

  it('of an earlier time stays when writing fails', async () => {
    await writeTriggers(path, triggers, 'earlier');
    const spoilt = { ...triggers, scores: triggers.scores.subarray(1) };
    await expect(writeTriggers(path, spoilt, 'later')).rejects.toThrow();
    expect((await readTriggers(path)).progress).toBe('earlier');
    expect(await readdir(folder)).toEqual(['scan.safetensors']);
  });
});
