import { describe, expect, it } from 'vitest';
import { runChild } from '../src/child';

describe('runChild', () => {
  it('gives back what the code reports, and hands arguments and environment on', async () => {
    const code = 'report({ args: process.argv.slice(1), word: process.env.WORD });';
    expect(await runChild(code, { args: ['a', 'b'], env: { WORD: 'w' } })).toEqual({ args: ['a', 'b'], word: 'w' });
  });

  it('survives a child that aborts, and says so', async () => {
    await expect(runChild('process.abort();')).rejects.toThrow(/SIGABRT/);
  });

  it('keeps a result that was reported before the abort', async () => {
    expect(await runChild('report(7); process.abort();')).toBe(7);
  });

  it('tells what a child complained of', async () => {
    await expect(runChild('throw new TypeError("no library");')).rejects.toThrow(/code 1: TypeError: no library/);
  });

  it('ends a child that hangs', async () => {
    await expect(runChild('setInterval(() => {}, 1000);', { timeout: 300 })).rejects.toThrow(/within 0.3 s/);
  });
});
