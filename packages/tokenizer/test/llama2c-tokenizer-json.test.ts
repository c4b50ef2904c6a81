import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fuzz, mutateBytes, seededRandom, shared } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';
import { createTokenizer, llama2cTokenizerJson } from '../src';

type Piece = [text: string, score: number];

const special: Piece[] = ['<unk>', '\n<s>\n', '\n</s>\n'].map((text) => [text, 0]);
const bytes: Piece[] = Array.from({ length: 256 }, (_, byte) => [
  `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  0,
]);

function fileOf(pieces: readonly Piece[]): Uint8Array {
  const parts = pieces.map(([text, score]) => {
    const encoded = new TextEncoder().encode(text);
    const part = Buffer.alloc(8 + encoded.length);
    part.writeFloatLE(score, 0);
    part.writeInt32LE(encoded.length, 4);
    part.set(encoded, 8);
    return part;
  });
  return Uint8Array.from(Buffer.concat([Buffer.alloc(4), ...parts]));
}

/** llama2.c's own way: while some two neighbours make a piece, merge the leftmost of those with the highest score. */
function mergeByScore(text: string, pieces: readonly Piece[]): number[] {
  const ids = new Map(pieces.map(([piece], id) => [piece, id]));
  let parts = Array.from(text === '' ? '' : ` ${text}`).flatMap((character) => {
    const id = ids.get(character);
    return id === undefined
      ? Array.from(new TextEncoder().encode(character), (byte) => ({ id: byte + 3, text: '' }))
      : [{ id, text: character }];
  });
  for (;;) {
    let best: { at: number; id: number; score: number } | undefined;
    for (let at = 0; at + 1 < parts.length; at++) {
      const [left, right] = [parts[at]!, parts[at + 1]!];
      const id = left.text && right.text ? ids.get(left.text + right.text) : undefined;
      if (id !== undefined && (!best || pieces[id]![1] > best.score)) best = { at, id, score: pieces[id]![1] };
    }
    if (!best) return [1, ...parts.map(({ id }) => id)];
    parts = parts.toSpliced(best.at, 2, { id: best.id, text: pieces[best.id]![0] });
  }
}

describe('a small vocabulary', () => {
  const words = [' a', 'ab', 'ba', ' ab', 'bab', 'é', 'bé', 'a', 'b', ' '];
  const pieces: Piece[] = [...special, ...bytes, ...words.map((text, i): Piece => [text, -i])];
  const tokenizer = createTokenizer(llama2cTokenizerJson(fileOf(pieces)));

  test('merges by score, and gives bytes to what has no piece', () => {
    const random = seededRandom(8);
    for (let run = 0; run < 300; run++) {
      const text = Array.from({ length: 1 + Math.floor(random() * 12) }, () =>
        'ab é🙂\n'.at(Math.floor(random() * 5)),
      ).join('');
      const whole = text.replace(/\p{Surrogate}/gu, '');
      const { ids } = tokenizer.encode(whole);
      expect(ids, JSON.stringify(whole)).toEqual(mergeByScore(whole, pieces));
      expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(whole);
    }
    const { ids, tokens } = tokenizer.encode('ab🙂\n');
    expect(tokens).toEqual(['<s>', ' ab', '<0xF0>', '<0x9F>', '<0x99>', '<0x82>', '<0x0A>']);
    expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe('ab🙂\n');
    expect(tokenizer.special).toMatchObject({ unk: 0, bos: 1, eos: 2 });
    expect(tokenizer.encode('').ids).toEqual([1]);
  });

  const good = fileOf(pieces);
  const refused: [string, Uint8Array, RegExp][] = [
    ['an empty file', new Uint8Array(), /Piece 0 of llama2.c's tokenizer must be "<unk>", not undefined/],
    ['a file cut in a number', good.slice(0, good.length - 6), /Piece 268 .* ends within its score and length/],
    ['a file cut in a piece', good.slice(0, good.length - 1), /Piece 268 .* claims 1 bytes, and 0 are left/],
    [
      'a piece longer than words are',
      fileOf([...pieces, ['x'.repeat(4097), -99]]),
      /Piece 269 .* has 4097 bytes, more than 4096/,
    ],
    ['other special tokens', fileOf([['<pad>', 0], ...pieces.slice(1)]), /Piece 0 .* must be "<unk>", not "<pad>"/],
    [
      'a missing byte',
      fileOf(pieces.filter(([text]) => text !== '<0x41>')),
      /Piece 68 .* must be "<0x41>", not "<0x42>"/,
    ],
    ['a piece twice', fileOf([...pieces, ['ab', -50]]), /Two pieces .* are equal/],
    ['a score twice', fileOf([...pieces, ['aba', -1]]), /the same score/],
    ['a score that is no number', fileOf([...pieces, ['aba', Number.NaN]]), /Piece 269 .* has the score NaN/],
  ];
  test('survives damaged files', async () => {
    await fuzz(
      "llama2.c's tokenizer files (tokenizer)",
      (file: Uint8Array) => createTokenizer(llama2cTokenizerJson(file)),
      (seed) => mutateBytes(seed, good),
      {
        check({ encode, decode }) {
          expect(decode(encode('ab é🙂').ids, { skipSpecialTokens: true })).toBe('ab é🙂');
        },
      },
    );
  });

  test.each(refused)('%s is refused', (_, file, message) => {
    expect(() => llama2cTokenizerJson(file)).toThrow(message);
  });
});

shared('the tokenizer of stories260K', (data) => {
  const file = new Uint8Array(readFileSync(join(data, 'models/stories260K/tok512.bin')));
  const tokenizer = createTokenizer(llama2cTokenizerJson(file));
  const pieces: Piece[] = [];
  for (let at = 4, view = new DataView(file.buffer); at < file.length; at += 8 + view.getInt32(at + 4, true)) {
    const text = new TextDecoder().decode(file.subarray(at + 8, at + 8 + view.getInt32(at + 4, true)));
    pieces.push([text, view.getFloat32(at, true)]);
  }

  test('gives the ids of merging by score, on a story and on pages of other text', () => {
    const story =
      'Once upon a time, there was a little girl named Lily. She loved to play outside in the park.\nLily\'s mom said, "Lily, let\'s go."';
    const articles = gunzipSync(readFileSync(join(data, 'text/wikitext-2/wiki.test.raw.gz')))
      .toString()
      .slice(0, 6000);
    for (const text of [story, ...articles.split('\n'), 'naïve   café — 12345 🙂 aaaa']) {
      const { ids } = tokenizer.encode(text);
      expect(ids, text).toEqual(mergeByScore(text, pieces));
      expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(text);
    }
    // The model's first guess after <s>, as recorded with its weights.
    expect(tokenizer.encode(story).ids.slice(0, 2)).toEqual([1, 403]);
    expect(tokenizer.vocabularySize).toBe(512);
  });
});
