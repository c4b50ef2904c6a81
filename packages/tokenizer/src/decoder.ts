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

const byLibrary =
  (decoder: LibraryDecoder): Decoder =>
  (tokens) =>
    decoder.decode_chain(tokens);

const cleaner = new WordPieceDecoder({ type: 'WordPiece', cleanup: true });

/** Removes the blanks before punctuation and English contractions that splitting into tokens brought in. */
export const cleanUp = (text: string): string => cleaner.decode([text]);

/** The library makes one U+FFFD of several invalid bytes, where the Rust library makes one of each, and loses U+FEFF. */
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

/** The library cleans and trims the joined text, the Rust library each token. */
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
    // The library reads characters outside the alphabet as zero bytes.
    return (tokens) => decode(tokens.map(inByteLevel));
  },
  WordPiece({ prefix = '##', cleanup = true }) {
    // The library would put blanks between all tokens, the Rust library between none.
    if (prefix === '') throw new Error('A WordPiece decoder with an empty prefix is not supported.');
    return byLibrary(new WordPieceDecoder({ type: 'WordPiece', prefix, cleanup }));
  },
  // The library removes one mark at the start, whatever `prepend_scheme` says.
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
      throw new Error(`A Strip decoder must strip one UTF-16 unit, not ${JSON.stringify(content)}.`);
    return byLibrary(new StripDecoder({ type: 'Strip', content, start, stop }));
  },
  // The library reads regular expressions in its own way: see pattern.ts.
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
