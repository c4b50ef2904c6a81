import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fuzz, mutateJsonText, temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { readResult, readVerdict, resultFile, writeResult } from '../../src/run/results';
import { FINGERPRINT, storedResult } from './stored-result';

/** The result in a folder, and what is said of it. */
function read(out: string, fingerprint = FINGERPRINT) {
  const log: string[] = [];
  return { stored: readResult(out, KEY, fingerprint, (text) => log.push(text)), log };
}

const KEY = 'mini-gpt/geva-2021/c10-residual-holds-answer';

describe('a stored result', () => {
  it('is read as it was written, in a file of its own', async () => {
    const out = await temporaryFolder();
    writeResult(out, KEY, storedResult());
    expect(existsSync(join(out, 'results/mini-gpt/geva-2021/c10-residual-holds-answer.json'))).toBe(true);
    expect(read(out)).toEqual({ stored: storedResult(), log: [] });
    expect(readVerdict(out, KEY, expect.fail)).toBe('reproduced');
    expect(readResult(out, KEY.replace('mini-gpt', 'mini-bert'), FINGERPRINT, expect.fail)).toBeUndefined();
  });

  it('is not taken where it depends on something else', async () => {
    const out = await temporaryFolder();
    writeResult(out, KEY, storedResult());
    expect(read(out, '1'.repeat(64))).toEqual({ stored: undefined, log: [] });
  });

  it('that is damaged counts as none, and is named', async () => {
    const out = await temporaryFolder();
    writeResult(out, KEY, storedResult());
    const file = resultFile(out, KEY);
    const text = readFileSync(file, 'utf8');
    for (const damaged of ['', '{', 'null', text.slice(0, -20), text.replace('"reproduced"', '"proved"')]) {
      writeFileSync(file, damaged);
      const { stored, log } = read(out);
      expect(stored).toBeUndefined();
      expect(log).toEqual([expect.stringContaining(`${file} is not used: it`)]);
      expect(readVerdict(out, KEY, () => {})).toBeUndefined();
    }
  });

  it('of which a single digit was changed is not taken', async () => {
    const out = await temporaryFolder();
    writeResult(out, KEY, storedResult());
    const file = resultFile(out, KEY);
    const text = readFileSync(file, 'utf8');
    const digits = [...text.matchAll(/\d/g)];
    expect(digits.length).toBeGreaterThan(100);
    for (const { 0: digit, index } of digits) {
      writeFileSync(file, `${text.slice(0, index)}${(Number(digit) + 1) % 10}${text.slice(index + 1)}`);
      expect(read(out).stored, `the digit at ${index}`).toBeUndefined();
    }
  });

  it('survives damage: what is read is what was written', async () => {
    const out = await temporaryFolder();
    writeResult(out, KEY, storedResult());
    const file = resultFile(out, KEY);
    const [text, intact] = [readFileSync(file, 'utf8'), storedResult()];
    await fuzz(
      'stored results (reproductions)',
      (damaged: string) => {
        writeFileSync(file, damaged);
        const { stored, log } = read(out);
        if (!stored) throw new Error(log[0] ?? 'The fingerprint is another one.');
        return stored;
      },
      (seed) => mutateJsonText(seed, JSON.parse(text)),
      { check: (stored) => expect(stored).toEqual(intact) },
    );
  });

  it('that does not fit its schema is not written', async () => {
    const out = await temporaryFolder();
    expect(() => writeResult(out, KEY, storedResult({ n: -1 }))).toThrow(/c10-residual-holds-answer\.json .*[\s\S]*n/);
    expect(existsSync(resultFile(out, KEY))).toBe(false);
  });
});
