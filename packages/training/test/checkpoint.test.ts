import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configDifference } from '../src/checkpoint';
import { type Checkpoint, latestCheckpoint, listCheckpoints, readCheckpoint, writeCheckpoint } from '../src/index';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'interlayer-checkpoint-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (step: number): Checkpoint => ({
  step,
  cursor: { epoch: 1, used: step },
  logBytes: 12,
  pending: { sum: 0.1 + 0.2, count: 3 },
  config: { rate: 0.002, shapes: { w: [2, 3] } },
  versions: { node: '20.0.0' },
  weights: { w: { shape: [2, 3], data: Float32Array.of(1, -0, 1e-42, 3.4e38, 5, step) } },
  slots: {
    'w.moment1': { shape: [2, 3], data: new Float32Array(6).fill(0.1) },
    empty: { shape: [0], data: new Float32Array(0) },
  },
  seconds: 1.5,
});

describe('checkpoints', () => {
  it('come back as they were written, to the bit', async () => {
    const path = await writeCheckpoint(folder, at(7));
    expect(path).toBe(join(folder, 'step-00000007'));
    expect(await readCheckpoint(path)).toEqual(at(7));
  });

  it('of equal runs have equal bytes, but for the time', async () => {
    const other = join(folder, 'other');
    const [a, b] = [await writeCheckpoint(folder, at(7)), await writeCheckpoint(other, { ...at(7), seconds: 99 })];
    for (const file of ['state.json', 'weights.safetensors', 'optimizer.safetensors'])
      expect(readFileSync(join(a, file)).equals(readFileSync(join(b, file))), file).toBe(true);
  });

  it('keep the newest ones and sweep up what a killed writer left', async () => {
    mkdirSync(join(folder, '.writing-step-00000003'));
    writeFileSync(join(folder, '.writing-step-00000003', 'weights.safetensors'), 'half');
    mkdirSync(join(folder, '.removing-step-00000001'));
    expect(latestCheckpoint(folder)).toBeUndefined();
    for (const step of [9, 10, 100]) await writeCheckpoint(folder, at(step), { keep: 2 });
    expect(readdirSync(folder).sort()).toEqual(['step-00000010', 'step-00000100']);
    expect(listCheckpoints(folder).map(({ step }) => step)).toEqual([10, 100]);
    expect(latestCheckpoint(join(folder, 'nowhere'))).toBeUndefined();
  });

  it('are refused when damaged, naming the file and the way out', async () => {
    const damage: [RegExp, (path: string) => void][] = [
      [/weights\.safetensors is missing/, (path) => rmSync(join(path, 'weights.safetensors'))],
      [
        /optimizer\.safetensors is not what was written/,
        (path) => truncateSync(join(path, 'optimizer.safetensors'), 40),
      ],
      [
        /weights\.safetensors is not what was written/,
        (path) => {
          const file = join(path, 'weights.safetensors');
          const bytes = readFileSync(file);
          bytes[bytes.length - 1] ^= 1;
          writeFileSync(file, bytes);
        },
      ],
      [/state\.json is missing or not JSON/, (path) => truncateSync(join(path, 'state.json'), 30)],
      [/state\.json is missing or not JSON/, (path) => rmSync(join(path, 'state.json'))],
      [
        /state\.json is not what was written/,
        (path) => {
          const file = join(path, 'state.json');
          writeFileSync(file, readFileSync(file, 'utf8').replace('"step": 7', '"step": 8'));
        },
      ],
      [
        /has format 2, this version reads 1/,
        (path) => {
          const file = join(path, 'state.json');
          writeFileSync(file, readFileSync(file, 'utf8').replace('"format": 1', '"format": 2'));
        },
      ],
    ];
    for (const [message, spoil] of damage) {
      const path = await writeCheckpoint(folder, at(7));
      spoil(path);
      const refused = await readCheckpoint(path).catch((error) => error as Error);
      expect(refused).toBeInstanceOf(Error);
      expect((refused as Error).message).toMatch(message);
      expect((refused as Error).message).toContain('remove this folder to resume from the one before it');
      rmSync(path, { recursive: true });
    }
  });

  it('do not need the file of the time', async () => {
    const path = await writeCheckpoint(folder, at(7));
    appendFileSync(join(path, 'time.json'), 'garbage');
    expect((await readCheckpoint(path)).seconds).toBe(0);
  });

  it('leave the earlier one alone when writing fails', async () => {
    const before = await writeCheckpoint(folder, at(7), { keep: 1 });
    const broken = at(8);
    broken.slots['w.moment1'] = { shape: [7], data: new Float32Array(6) };
    await expect(writeCheckpoint(folder, broken, { keep: 1 })).rejects.toThrow();
    expect(await readCheckpoint(before)).toEqual(at(7));
    expect(latestCheckpoint(folder)?.step).toBe(7);
    expect(existsSync(join(folder, 'step-00000008'))).toBe(false);
  });
});

describe('configDifference', () => {
  it('names the first field that differs, by its path', () => {
    const a = { rate: 1, model: { width: 128, heads: [4, 4] }, name: 'x' };
    expect(configDifference(a, { name: 'x', model: { heads: [4, 4], width: 128 }, rate: 1 })).toBeUndefined();
    expect(configDifference(a, { ...a, model: { width: 64, heads: [4, 4] } })).toBe('model.width was 128, is 64');
    expect(configDifference(a, { ...a, model: { width: 128, heads: [4, 2] } })).toBe('model.heads was [4,4], is [4,2]');
    expect(configDifference(a, { ...a, seed: 3 })).toBe('seed was undefined, is 3');
    expect(configDifference(a, { ...a, name: 'y'.repeat(100) })).toMatch(/^name was "x", is "y+…$/);
  });
});
