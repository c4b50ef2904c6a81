/**
 * A text that remembers which part of the original each of its UTF-16 units comes from: unit `i` from `[starts[i], ends[i])`,
 * in UTF-16 units of the original. Without the two it is the original as it stands, from unit `origin` on.
 */
export interface AlignedText {
  readonly text: string;
  readonly origin: number;
  readonly starts?: readonly number[];
  readonly ends?: readonly number[];
}

/** A text as it stands, which begins at unit `origin` of the original. */
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

/** Writes each character as `write` gives it; all that it gives comes from where the character comes from. */
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

/** Puts `prefix` before a text that is not empty; it comes from where the first character comes from. */
export function prepended(source: AlignedText, prefix: string): AlignedText {
  if (source.text === '') return source;
  let first = true;
  return mapped(source, (character) => {
    const written = first ? prefix + character : character;
    first = false;
    return written;
  });
}

/** Puts `content` in place of every match; it comes from where the last replaced character comes from. */
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
