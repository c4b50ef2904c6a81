import { describe, expect, it } from 'vitest';
import { fuzz, mutateBytes, mutateJson, mutateJsonText } from '../src';
import { isClean } from '../src/fuzz';

const value = { size: 5, names: ['a', 'b'], nested: { flag: true, note: null } };
const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
const seeds = Array.from({ length: 500 }, (_, i) => i + 1);

describe('mutations', () => {
  it('are the same for the same seed, nearly all different, and leave the original alone', () => {
    const original = structuredClone(value);
    for (const mutate of [
      (seed: number) => Buffer.from(mutateBytes(seed, bytes)).toString('hex'),
      (seed: number) => JSON.stringify(mutateJson(seed, value)),
      (seed: number) => mutateJsonText(seed, value),
    ]) {
      const mutated = seeds.map(mutate);
      expect(seeds.map(mutate)).toEqual(mutated);
      expect(new Set(mutated).size).toBeGreaterThan(250);
    }
    expect(value).toEqual(original);
    expect(bytes[99]).toBe(99);
  });

  it('of bytes cut, lengthen and change; of JSON reach every part, and some text is no JSON', () => {
    const lengths = seeds.map((seed) => mutateBytes(seed, bytes).length);
    expect(Math.min(...lengths)).toBeLessThan(20);
    expect(Math.max(...lengths)).toBeGreaterThan(150);
    expect(lengths.filter((length) => length === 100).length).toBeGreaterThan(100);

    const changed = (key: keyof typeof value) =>
      seeds.filter((seed) => {
        const mutated = mutateJson(seed, value) as typeof value | undefined;
        return JSON.stringify(mutated?.[key]) !== JSON.stringify(value[key]);
      }).length;
    for (const key of ['size', 'names', 'nested'] as const) expect(changed(key), key).toBeGreaterThan(50);

    const texts = seeds.map((seed) => mutateJsonText(seed, value));
    const broken = texts.filter((text) => {
      try {
        JSON.parse(text);
        return false;
      } catch {
        return true;
      }
    });
    expect(broken.length).toBeGreaterThan(50);
    expect(broken.length).toBeLessThan(250);
    expect(texts.some((text) => text.includes('['.repeat(1000)))).toBe(true);
  });
});

describe('fuzz', () => {
  const run = (reader: (seed: number) => unknown) => fuzz('a toy', reader, (seed) => seed, { inputs: 8 });

  it('counts what was refused and what was read', async () => {
    const figures = await run((seed) => {
      if (seed % 2) throw new Error(`The size is ${seed}; give an even one.`);
    });
    expect(figures).toEqual({ inputs: 8, cleanErrors: 4, accepted: 4, crashes: 0, hangs: 0 });
  });

  it('fails with the seed on a crash, on a wrong result, and on what never ends or takes too much', async () => {
    await expect(run((seed) => seed === 3 && (undefined as unknown as string).length)).rejects.toThrow(
      /seed 3: TypeError/,
    );
    const check = () => expect(1).toBe(2);
    await expect(
      fuzz(
        'a toy',
        () => 1,
        (seed) => seed,
        { inputs: 2, check },
      ),
    ).rejects.toThrow(/2 crashes/);
    await expect(run((seed) => (seed === 2 ? new Promise(() => {}) : 0))).rejects.toThrow(
      /seed 2: took over 2 seconds/,
    );
    await expect(run((seed) => (seed === 5 ? new Float64Array(5e7) : 0))).rejects.toThrow(/seed 5: took \d{3,} MB/);
  });

  it('takes errors of JavaScript, of the system, and bare words for crashes', () => {
    expect(isClean(new Error('The file has 3 bytes; a header needs 8.'))).toBe(true);
    const system = Object.assign(new Error('ENOENT: no such file or directory'), { syscall: 'open' });
    const wrapped = new Error('The file is damaged, it seems.', { cause: new RangeError('Maximum call stack size') });
    expect(isClean(wrapped)).toBe(false);
    expect(isClean(new Error('The file is not JSON at all.', { cause: new SyntaxError('Unexpected end') }))).toBe(true);
    for (const error of [new RangeError('Invalid array length of a tensor'), new Error('no'), 'a string', system])
      expect(isClean(error)).toBe(false);
  });
});
