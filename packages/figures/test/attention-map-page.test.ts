import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attentionMapPage, type TokenMap } from '../src';
import { viewerModule } from './viewer-module';

const matrix = (data: number[], columns: number) => ({ data, rows: data.length / columns, columns });
const one: TokenMap = { scope: 'Atb', layer: 0, map: matrix([0.1, 2, Number.NaN, -1e-30], 2) };

/** What the page reads. */
const dataOf = (page: string) =>
  JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)![1]!);

describe('the page of attention maps', () => {
  it('holds every value in float32', () => {
    const [map] = dataOf(attentionMapPage(['the', 'cat'], [one])).maps;
    const bytes = Buffer.from(map.values, 'base64');
    const values = [0, 4, 8, 12].map((at) => bytes.readFloatLE(at));
    expect(values).toEqual([0.1, 2, Number.NaN, -1e-30].map(Math.fround));
    expect(map).toMatchObject({ scope: 'Atb', layer: '0', head: '', range: [Math.fround(-1e-30), 2] });
  });

  it('takes typed arrays of any size, and maps without a value', () => {
    const size = 200;
    const data = Float32Array.from({ length: size * size }, (_, i) => i);
    const tokens = Array.from({ length: size }, (_, i) => `t${i}`);
    const bytes = Buffer.from(
      dataOf(attentionMapPage(tokens, [{ ...one, map: matrix([...data], size) }])).maps[0].values,
      'base64',
    );
    expect(bytes.length).toBe(4 * size * size);
    expect(bytes.readFloatLE(4 * 39_999)).toBe(39_999);
    expect(dataOf(attentionMapPage(['a'], [{ ...one, map: matrix([Number.NaN], 1) }])).maps[0].range).toBeNull();
  });

  it('is one file, which may fetch nothing', () => {
    const page = attentionMapPage(['the', 'cat'], [one]);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<(link|img|iframe|object|embed)\b|<script[^>]+src|@import|url\(|https?:/i);
  });

  it('closes what it opens', () => {
    const markup = attentionMapPage(['the', 'cat'], [one]).replaceAll(/<(style|script)[^>]*>.*?<\/\1>/gs, '');
    const open: string[] = [];
    for (const [, close, name] of markup.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
      if (['meta', 'input'].includes(name!)) continue;
      if (close) expect(open.pop()).toBe(name);
      else open.push(name!);
    }
    expect(open).toEqual([]);
  });

  it('keeps text text', () => {
    const hostile = `'"</script><script>alert(1)</script><!--&\u0000\ud800`;
    const page = attentionMapPage([hostile, 'b'], [{ ...one, scope: hostile }], { title: hostile, unit: hostile });
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
    expect(page).not.toContain('<!--');
    expect(page).not.toMatch(/\p{Cs}|(?!\n)\p{Cc}/u);
    const { tokens, maps } = dataOf(page);
    expect([tokens[0], maps[0].scope]).toEqual([hostile, hostile]);
  });

  it.each<[string, readonly string[], readonly TokenMap[], string]>([
    ['no token', [], [one], 'there are no tokens'],
    ['no map', ['a'], [], 'there are no maps'],
    [
      'a map of another size',
      ['a', 'b', 'c'],
      [one],
      'the map of scope "Atb", layer 0 is 2 × 2 with 4 values: give 3 × 3, as there are 3 tokens',
    ],
    [
      'too few values',
      ['a', 'b'],
      [{ ...one, map: { data: [1], rows: 2, columns: 2 } }],
      'is 2 × 2 with 1 values: give 2 × 2',
    ],
    [
      'a map given twice',
      ['a', 'b'],
      [
        { ...one, head: 1 },
        { ...one, head: 1 },
      ],
      'the map of scope "Atb", layer 0, head 1 is given twice',
    ],
    [
      'infinity',
      ['a', 'b'],
      [{ ...one, map: matrix([0, 0, 1e300, 0], 2) }],
      'has 1e+300 at [1, 0]: give float32 numbers, or NaN',
    ],
    [
      'more than a page can hold',
      Array(4000).fill('a'),
      Array(5).fill(one),
      '5 maps of 4000 tokens make a page of 427 MB: give fewer layers or heads, so that it stays below 400 MB',
    ],
  ])('refuses %s', (_, tokens, maps, message) => {
    expect(() => attentionMapPage(tokens, maps)).toThrow(message);
  });
});

it('the script of the package is the one that `viewer` gives', async () => {
  const script = readFileSync(join(import.meta.dirname, '../src/viewer-script.generated.ts'), 'utf8');
  expect(script).toBe(await viewerModule());
  expect(script).not.toMatch(/<\/script|<!--/i);
});
