import { fromByteLevel } from './byte-level';
import { patternOf } from './pattern';
import { readerOf, type TokenizerJson } from './tokenizer-json';

/** Turns tokens into strings that make up the text when joined. */
export type Decoder = (tokens: string[]) => string[];

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Removes the blanks before punctuation and English contractions that splitting into tokens brought in. */
export function cleanUp(text: string): string {
  return text
    .replaceAll(' .', '.')
    .replaceAll(' ?', '?')
    .replaceAll(' !', '!')
    .replaceAll(' ,', ',')
    .replaceAll(" ' ", "'")
    .replaceAll(" n't", "n't")
    .replaceAll(" 'm", "'m")
    .replaceAll(" 's", "'s")
    .replaceAll(" 've", "'ve")
    .replaceAll(" 're", "'re");
}

function concatenated(parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const byteLevel: Decoder = (tokens) => [utf8.decode(concatenated(tokens.map(fromByteLevel)))];

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
  ByteLevel: () => byteLevel,
  WordPiece:
    ({ prefix = '##', cleanup = true }) =>
    (tokens) =>
      tokens.map((token, i) => {
        const text = i === 0 ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
        return cleanup ? cleanUp(text) : text;
      }),
  Metaspace: (json) => {
    const prefixed = json.prepend_scheme ? json.prepend_scheme !== 'never' : json.add_prefix_space !== false;
    return (tokens) =>
      tokens.map((token, i) =>
        i === 0 && prefixed ? token.replaceAll(json.replacement, '') : token.replaceAll(json.replacement, ' '),
      );
  },
  BPEDecoder:
    ({ suffix = '</w>' }) =>
    (tokens) =>
      tokens.map((token, i) => token.replaceAll(suffix, i === tokens.length - 1 ? '' : ' ')),
  ByteFallback: () => byteFallback,
  Fuse: () => (tokens) => [tokens.join('')],
  Strip:
    ({ content, start, stop }) =>
    (tokens) =>
      tokens.map((token) => {
        const characters = [...token];
        let from = 0;
        let to = characters.length;
        while (from < Math.min(start, to) && characters[from] === content) from++;
        while (to > Math.max(from, characters.length - stop) && characters[to - 1] === content) to--;
        return characters.slice(from, to).join('');
      }),
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
