/**
 * A changed text that keeps its offsets: UTF-16 unit `i` comes from the units `[starts[i], ends[i])` of the original.
 * Without `starts` and `ends` it is an unchanged part of the original that begins at unit `origin`.
 */
export interface AlignedText {
  readonly text: string;
  readonly origin: number;
  readonly starts?: readonly number[];
  readonly ends?: readonly number[];
}

/** An unchanged text that begins at unit `origin` of the original. */
export const aligned = (text: string, origin = 0): AlignedText => ({ text, origin });

const isSecondHalf = (unit: number) => (unit & 0xfc00) === 0xdc00;

/** Where the character of unit `index` begins in the original. */
export function startOf({ text, origin, starts }: AlignedText, index: number): number {
  return starts ? starts[index]! : origin + index - (isSecondHalf(text.charCodeAt(index)) ? 1 : 0);
}

/** Where the character of unit `index` ends in the original. */
export function endOf({ text, origin, ends }: AlignedText, index: number): number {
  return ends ? ends[index]! : origin + index + (isSecondHalf(text.charCodeAt(index + 1)) ? 2 : 1);
}

/** The units `[start, end)`. */
export const slice = ({ text, origin, starts, ends }: AlignedText, start: number, end: number): AlignedText => ({
  text: text.slice(start, end),
  origin: origin + start,
  starts: starts?.slice(start, end),
  ends: ends?.slice(start, end),
});

/** Replaces each character by what `write` returns, which gets the character's offsets. */
export function mapped(source: AlignedText, write: (character: string) => string): AlignedText {
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  let index = 0;
  for (const character of source.text) {
    const written = write(character);
    const start = startOf(source, index);
    const end = endOf(source, index);
    text += written;
    for (let i = 0; i < written.length; i++) {
      starts.push(start);
      ends.push(end);
    }
    index += character.length;
  }
  return { text, origin: source.origin, starts, ends };
}

/** Prepends `prefix` to a text unless it is empty; the prefix gets the offsets of the first character. */
export function prepended(source: AlignedText, prefix: string): AlignedText {
  if (source.text === '') return source;
  let first = true;
  return mapped(source, (character) => {
    const written = first ? prefix + character : character;
    first = false;
    return written;
  });
}

/** Replaces every match by `content`, which gets the offsets of the last replaced character. */
export function replaced(source: AlignedText, pattern: RegExp, content: string): AlignedText {
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  let index = 0;
  const keep = (end: number) => {
    text += source.text.slice(index, end);
    for (; index < end; index++) {
      starts.push(startOf(source, index));
      ends.push(endOf(source, index));
    }
  };
  for (const { 0: match, index: start } of source.text.matchAll(pattern)) {
    keep(start);
    index += match.length;
    const from = index === 0 ? source.origin : startOf(source, index - 1);
    const to = index === 0 ? source.origin : endOf(source, index - 1);
    text += content;
    for (let i = 0; i < content.length; i++) {
      starts.push(from);
      ends.push(to);
    }
  }
  keep(source.text.length);
  return text === source.text ? source : { text, origin: source.origin, starts, ends };
}
