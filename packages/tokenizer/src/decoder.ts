import {
  BPEDecoder,
  ByteLevelDecoder,
  FuseDecoder,
  type Decoder as LibraryDecoder,
  StripDecoder,
  WordPieceDecoder,
} from '@huggingface/tokenizers';
import { inByteLevel } from './byte-level';
import { patternOf } from './pattern';
import { readerOf, type TokenizerJson } from './tokenizer-json';

/** Turns tokens into strings that make up the text when joined. */
export type Decoder = (tokens: string[]) => string[];

/** A decoder of `@huggingface/tokenizers`. */
const byLibrary =
  (decoder: LibraryDecoder): Decoder =>
  (tokens) =>
    decoder.decode_chain(tokens);

const cleaner = new WordPieceDecoder({ type: 'WordPiece', cleanup: true });

/** Removes the blanks before punctuation and English contractions that splitting into tokens brought in. */
export const cleanUp = (text: string): string => cleaner.decode([text]);

/**
 * One U+FFFD for each byte of a run that is not UTF-8, as in the Rust library; `@huggingface/tokenizers` keeps the valid bytes
 * of such a run, drops U+FEFF, and takes `<0x1G>` for a byte.
 */
function byteFallback(tokens: string[]): string[] {
  const result: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length === 0) return;
    try {
      result.push(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes)));
    } catch {
      result.push(...bytes.map(() => '\ufffd'));
    }
    bytes = [];
  };
  for (const token of tokens) {
    const [, byte] = /^<0x([\da-fA-F]{2})>$/.exec(token) ?? [];
    if (byte) bytes.push(Number.parseInt(byte, 16));
    else {
      flush();
      result.push(token);
    }
  }
  flush();
  return result;
}

/** Cleans each token, as the Rust library does; `@huggingface/tokenizers` cleans and trims the joined text. */
function ctc({ pad_token: pad, word_delimiter_token: delimiter, cleanup }: TokenizerJson): Decoder {
  return (tokens) =>
    tokens
      .filter((token, i) => i === 0 || token !== tokens[i - 1])
      .map((token) => {
        const text = token.replaceAll(pad, '');
        return cleanup ? cleanUp(text).replaceAll(delimiter, ' ') : text;
      })
      .filter((text) => text !== '');
}

const readers: Record<string, (json: TokenizerJson) => Decoder> = {
  ByteLevel: () => {
    const decode = byLibrary(new ByteLevelDecoder({ type: 'ByteLevel' }));
    // It reads characters outside the alphabet as zero bytes.
    return (tokens) => decode(tokens.map(inByteLevel));
  },
  WordPiece({ prefix = '##', cleanup = true }) {
    // It would put blanks between all tokens, the Rust library between none.
    if (prefix === '') throw new Error('A WordPiece decoder with an empty prefix is not supported.');
    return byLibrary(new WordPieceDecoder({ type: 'WordPiece', prefix, cleanup }));
  },
  // `@huggingface/tokenizers` removes one blank at the start, whatever `prepend_scheme` says.
  Metaspace: (json) => {
    const prefixed = json.prepend_scheme ? json.prepend_scheme !== 'never' : json.add_prefix_space !== false;
    return (tokens) =>
      tokens.map((token, i) =>
        i === 0 && prefixed ? token.replaceAll(json.replacement, '') : token.replaceAll(json.replacement, ' '),
      );
  },
  BPEDecoder: ({ suffix = '</w>' }) => byLibrary(new BPEDecoder({ type: 'BPEDecoder', suffix })),
  ByteFallback: () => byteFallback,
  Fuse: () => byLibrary(new FuseDecoder({ type: 'Fuse' })),
  Strip({ content, start, stop }) {
    if (content.length !== 1)
      throw new Error(`A Strip decoder must strip one character of one UTF-16 unit, not ${JSON.stringify(content)}.`);
    return byLibrary(new StripDecoder({ type: 'Strip', content, start, stop }));
  },
  // `@huggingface/tokenizers` gives `$` in the content a meaning, and reads regular expressions in its own way (pattern.ts).
  Replace: ({ pattern, content }) => {
    const compiled = patternOf(pattern);
    return (tokens) => tokens.map((token) => token.replace(compiled, () => content));
  },
  CTC: ctc,
  Sequence: ({ decoders }) => {
    const steps: Decoder[] = decoders.map(createDecoder);
    return (tokens) => steps.reduce((decoded, step) => step(decoded), tokens);
  },
};

/**
 * @param json `decoder` of a tokenizer.json; without one, tokens are joined by blanks.
 * @throws when it is not supported.
 */
export function createDecoder(json: TokenizerJson | null | undefined): Decoder {
  return json ? readerOf('decoder', json, readers)(json) : (tokens) => [tokens.join(' ')];
}
