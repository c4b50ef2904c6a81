import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { readResult, resultFile, writeResult } from '../../src/run/results';
import { FINGERPRINT, storedResult } from './stored-result';

const KEY = 'mini-gpt/geva-2021/c10-residual-holds-answer';

describe('a stored result', () => {
  it('is read as it was written, in a file of its own', async () => {
    const out = await temporaryFolder();
    writeResult(out, KEY, storedResult());
    expect(existsSync(join(out, 'results/mini-gpt/geva-2021/c10-residual-holds-answer.json'))).toBe(true);
    expect(readResult(out, KEY, FINGERPRINT)).toEqual(storedResult());
    expect(readResult(out, KEY.replace('mini-gpt', 'mini-bert'), FINGERPRINT)).toBeUndefined();
  });

  it('is not taken where it depends on something else, or was not finished', async () => {
    const out = await temporaryFolder();
    writeResult(out, KEY, storedResult());
    expect(readResult(out, KEY, '1'.repeat(64))).toBeUndefined();
    const file = resultFile(out, KEY);
    const text = readFileSync(file, 'utf8');
    for (const damaged of ['', text.slice(0, -20), text.replace('"reproduced"', '"proved"')]) {
      writeFileSync(file, damaged);
      expect(readResult(out, KEY, FINGERPRINT)).toBeUndefined();
    }
  });

  it('that does not fit its schema is not written', async () => {
    const out = await temporaryFolder();
    expect(() => writeResult(out, KEY, storedResult({ n: -1 }))).toThrow(/c10-residual-holds-answer\.json .*[\s\S]*n/);
    expect(existsSync(resultFile(out, KEY))).toBe(false);
  });
});
