import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom, useBackend } from '@interlayer/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TinyRun, watchedRun } from './fixtures/tiny-run';

const script = fileURLToPath(new URL('./fixtures/tiny-run.ts', import.meta.url));
const root = resolve(fileURLToPath(import.meta.url), '../../../..');

// Each test starts several processes; a busy machine takes its time.
const PATIENCE = 300_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'interlayer-resume-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the tiny training in a process of its own, and sends it SIGKILL so many milliseconds after a step, if asked to. */
function run(options: TinyRun, killAfter?: { step: number; milliseconds: number }) {
  return new Promise<{ signal: string | null; code: number | null; errors: string }>((done, fail) => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--conditions=@interlayer/source', script, JSON.stringify(options)],
      { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let out = '';
    let errors = '';
    let timer: NodeJS.Timeout | undefined;
    child.stdout.on('data', (part) => {
      out += part;
      if (killAfter && !timer && out.includes(`step ${killAfter.step}\n`))
        timer = setTimeout(() => child.kill('SIGKILL'), killAfter.milliseconds);
    });
    child.stderr.on('data', (part) => {
      errors += part;
    });
    child.on('error', fail);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      done({ signal, code, errors });
    });
  });
}

/** Hashes of everything that a finished run leaves, but for the time that it took. */
function fingerprint(path: string): Record<string, string> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name !== 'time.json',
  );
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(path.length + 1), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );
}

// INTERLAYER_FULL=1 kills each run seven times; by default it is killed once at a random moment and twice at chosen calls.
const full = process.env.INTERLAYER_FULL === '1';
const MOMENTS = full ? [0, 60, 132] : [60];
const CALLS = full ? 4 : 2;

describe.each(['eager', 'onnx'] as const)('a run of the %s executor', (executor) => {
  const options = { executor, steps: 200, every: 10 };
  let whole: Record<string, string>;
  beforeAll(async () => {
    const path = join(folder, `${executor}-whole`);
    await useBackend('cpu');
    await watchedRun({ ...options, folder: path }, () => {});
    whole = fingerprint(path);
    expect(Object.keys(whole)).toEqual([
      'log.jsonl',
      ...['190', '200'].flatMap((step) =>
        ['optimizer.safetensors', 'state.json', 'weights.safetensors'].map((file) => `step-00000${step}/${file}`),
      ),
    ]);
  }, PATIENCE);

  it(
    'that SIGKILL ends, in the midst of a checkpoint too, and that is resumed, writes the same bytes',
    async () => {
      const random = seededRandom(executor === 'eager' ? 1 : 2);
      const path = join(folder, `${executor}-killed`);
      for (const after of MOMENTS) {
        const moment = { step: after + 4 * Math.floor(random() * 3), milliseconds: Math.floor(random() * 20) };
        const { signal, errors } = await run({ ...options, folder: path }, moment);
        expect(signal, errors).toBe('SIGKILL');
      }
      // Each life makes a few dozen calls of the file system beyond its checkpoint, and dies at another of them.
      for (let life = 0; life < CALLS; life++) {
        const { signal, errors } = await run({ ...options, folder: path, killAt: 20 + Math.floor(random() * 40) });
        expect(signal, errors).toBe('SIGKILL');
      }
      const { code, errors } = await run({ ...options, folder: path });
      expect(code, errors).toBe(0);
      expect(fingerprint(path)).toEqual(whole);
    },
    PATIENCE,
  );
});
