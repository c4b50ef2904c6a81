import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serializeSafetensors } from '@interlayer/safetensors';
import { fuzz, mutateBytes, mutateJsonText } from '@interlayer/test-kit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTriggers, type Triggers, writeTriggers } from '../src/index';
import { signedFile } from './signed-file';
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

  it('that was changed and signed again is refused where it holds no scan', async () => {
    const { layers, cells, top, dedupe, side, about } = triggers;
    const options = { layers, cells, top, dedupe, side, about };
    const read = (change: object, lists: Partial<Triggers> = {}) =>
      readTriggers(signedFile(JSON.stringify({ ...options, ...change }), { ...triggers, ...lists }));
    expect((await read({})).triggers).toEqual(triggers);
    await expect(read({ top: 1e9 })).rejects.toThrow(
      /its scores are F64 \[.+\], and its options need F64 \[.+1000000000\]/,
    );
    await expect(read({ layers: 0.5 })).rejects.toThrow('layers is 0.5');
    await expect(read({ side: ['negative'] })).rejects.toThrow('its options are not an object of numbers and texts');
    await expect(read({ side: side === 'positive' ? 'negative' : 'positive' })).rejects.toThrow('not those of a scan');
    const key = triggers.counts.findIndex((count) => count >= 2);
    expect(key).toBeGreaterThanOrEqual(0);
    const changed = <K extends 'scores' | 'examples' | 'positions' | 'counts'>(list: K, at: number, value: number) => {
      const values = triggers[list].slice() as Triggers[K];
      values[at] = value;
      return { [list]: values };
    };
    for (const lists of [
      changed('counts', key, -1),
      changed('counts', key, top + 1),
      changed('counts', key, triggers.counts[key]! - 1),
      changed('scores', key * top, 0),
      changed('scores', key * top + 1, triggers.scores[key * top]! * 2),
      changed('scores', key * top, Number.POSITIVE_INFINITY),
      changed('examples', key * top, -1),
      changed('positions', key * top, -5),
    ])
      await expect(read({}, lists), JSON.stringify(lists)).rejects.toThrow(
        `its triggers of cell ${key % cells} of layer ${Math.floor(key / cells)} are not those of a scan`,
      );
  });

  it('survives damage, also where it was signed again', async () => {
    const { layers, cells, top, dedupe, side, about } = triggers;
    const options = { layers, cells, top, dedupe, side, about };
    const intact = signedFile(JSON.stringify(options), triggers);
    await fuzz(
      'trigger files (ffn-memory)',
      (bytes: Uint8Array<ArrayBuffer>) => readTriggers(bytes),
      (seed) => {
        if (seed % 4 === 0) return mutateBytes(seed, intact);
        if (seed % 2) return signedFile(mutateJsonText(seed, options), triggers);
        const lists = Object.fromEntries(
          (['scores', 'examples', 'positions', 'counts'] as const).map((list, i) => {
            const bytes = mutateBytes(seed + i, new Uint8Array(triggers[list].buffer));
            const List = list === 'scores' ? Float64Array : Int32Array;
            const fitting = bytes.slice(0, bytes.length - (bytes.length % List.BYTES_PER_ELEMENT));
            return [list, seed % 6 === i ? new List(fitting.buffer) : triggers[list]];
          }),
        );
        return signedFile(JSON.stringify(options), lists as unknown as Triggers);
      },
      {
        async check({ triggers: read, progress }) {
          await writeTriggers(path, read, progress);
          expect(await readTriggers(path)).toEqual({ triggers: read, progress });
        },
      },
    );
  });
});
