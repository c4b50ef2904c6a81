import { specialToken } from './added-tokens';
import type { TokenizerJson } from './tokenizer-json';

interface Piece {
  text: string;
  score: number;
}

/** Ids 0 to 2, in SentencePiece's spelling; llama2.c puts line breaks around two of them. */
const SPECIAL = ['<unk>', '<s>', '</s>'];
/** The special tokens, then all bytes. */
const FIRST_PIECE = SPECIAL.length + 256;

const byteToken = (byte: number) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;

/** More bytes than any word; SentencePiece's own limit is 16 characters. */
const LONGEST = 4096;

/** int32 longest length; then for each piece float32 score, int32 length, UTF-8. Little-endian. */
function readPieces(bytes: Uint8Array): Piece[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const pieces: Piece[] = [];
  const fail = (why: string): never => {
    throw new Error(`Piece ${pieces.length} of llama2.c's tokenizer ${why}; the file is truncated or of another kind.`);
  };
  let at = 4;
  while (at < bytes.length) {
    if (at + 8 > bytes.length) fail('ends within its score and length');
    const score = view.getFloat32(at, true);
    const length = view.getInt32(at + 4, true);
    at += 8;
    if (!Number.isFinite(score)) fail(`has the score ${score}`);
    if (length < 0 || length > bytes.length - at) fail(`claims ${length} bytes, and ${bytes.length - at} are left`);
    if (length > LONGEST) fail(`has ${length} bytes, more than ${LONGEST}`);
    try {
      pieces.push({ score, text: decoder.decode(bytes.subarray(at, at + length)) });
    } catch {
      fail('is not UTF-8');
    }
    at += length;
  }
  return pieces;
}

/**
 * The merges that lead to each piece, the piece with the highest score first. SentencePiece and llama2.c merge the two
 * neighbours whose joint piece scores highest, the leftmost among equals. With a rank for each pair this is the same unless
 * two pairs that overlap make the same piece ("a" + "aa" and "aa" + "a"), as in the files that `transformers` writes.
 */
function mergesOf(pieces: readonly Piece[]): [string, string][] {
  const known = new Set(pieces.map(({ text }) => text));
  return [...pieces]
    .sort((a, b) => b.score - a.score)
    .flatMap(({ text }) => {
      const characters = Array.from(text);
      return characters.slice(1).flatMap((_, i): [string, string][] => {
        const pair: [string, string] = [characters.slice(0, i + 1).join(''), characters.slice(i + 1).join('')];
        return pair.every((part) => known.has(part)) ? [pair] : [];
      });
    });
}

/**
 * Creates the tokenizer.json of llama2.c's tokenizer file (`tokenizer.bin`, `tok512.bin`): SentencePiece's BPE with scores and
 * byte fallback. A text begins with `<s>` and a space of its own, which decoding drops; the pieces spell the space as ` `.
 *
 * @param bytes the content of the file.
 * @throws when it is truncated, its first pieces are not the special tokens and bytes, or two pieces or their scores are equal.
 */
export function llama2cTokenizerJson(bytes: Uint8Array): TokenizerJson {
  const stored = readPieces(bytes);
  const firstTokens = [...SPECIAL, ...Array.from({ length: 256 }, (_, byte) => byteToken(byte))];
  for (const [id, token] of firstTokens.entries()) {
    if (stored[id]?.text.trim() !== token) {
      throw new Error(
        `Piece ${id} of llama2.c's tokenizer must be ${JSON.stringify(token)}, not ${JSON.stringify(stored[id]?.text)}.`,
      );
    }
  }
  const pieces = stored.slice(FIRST_PIECE);
  const tokens = [...firstTokens, ...pieces.map(({ text }) => text)];
  if (new Set(tokens).size < tokens.length) throw new Error("Two pieces of llama2.c's tokenizer are equal.");
  if (new Set(pieces.map(({ score }) => score)).size < pieces.length) {
    throw new Error(
      "Two pieces of llama2.c's tokenizer have the same score, so which to merge first depends on the place.",
    );
  }
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => specialToken(id, content)),
    normalizer: { type: 'Prepend', prepend: ' ' },
    pre_tokenizer: null,
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [
        { SpecialToken: { id: '<s>', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '<s>', type_id: 1 } },
        { Sequence: { id: 'B', type_id: 1 } },
      ],
      special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
    },
    decoder: {
      type: 'Sequence',
      decoders: [{ type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }],
    },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: mergesOf(pieces),
      byte_fallback: true,
      unk_token: '<unk>',
      fuse_unk: true,
    },
  };
}
