import { type AlignedText, endOf, startOf } from './aligned-text';

export type NormalForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/**
 * A character of the normal form, and how it relates to the characters of the text: 0 replaces the next one, −n replaces
 * the next one and removes n more, 1 is added.
 */
type Change = readonly [character: string, change: number];

/** The mark with the highest combining class, 240: canonical order puts every other mark before it. */
const LAST_MARK = '\u0345';

/** Whether the combining class of a character is 0. */
const isStarter = (character: string) =>
  character < '\u0300' ||
  (character !== LAST_MARK && (LAST_MARK + character).normalize('NFD') === LAST_MARK + character.normalize('NFD'));

/** Whether mark `a` has a lower combining class than mark `b`. */
const isBefore = (a: string, b: string) => a !== b && (b + a).normalize('NFD') === a + b;

/** The composition of two characters, if they have one. */
function composition(a: string, b: string): string | undefined {
  const both = (a + b).normalize('NFC');
  return both.length === (both.codePointAt(0)! > 0xffff ? 2 : 1) ? both : undefined;
}

/** Decomposes each character and puts marks in canonical order. A mark that moves keeps its change. */
function decomposed(text: string, form: 'NFD' | 'NFKD'): Change[] {
  const changes: Change[] = [];
  let marks: Change[] = [];
  const flush = () => {
    if (marks.length > 1) {
      const ordered = [
        ...marks
          .map(([mark]) => mark)
          .join('')
          .normalize('NFD'),
      ];
      marks = ordered.map(
        (mark) =>
          marks.splice(
            marks.findIndex(([other]) => other === mark),
            1,
          )[0]!,
      );
    }
    changes.push(...marks);
    marks = [];
  };
  for (const character of text) {
    const parts = character < '\u00a0' ? character : character.normalize(form);
    let change = 0;
    for (const part of parts) {
      if (isStarter(part)) {
        flush();
        changes.push([part, change]);
      } else marks.push([part, change]);
      change = 1;
    }
  }
  flush();
  return changes;
}

/**
 * Unicode's canonical composition (section 3.11): a character joins the last starter unless a mark in between blocks it.
 */
function composed(changes: readonly Change[]): Change[] {
  const result: Change[] = [];
  let starter = -1;
  let last = '';
  for (const [character, change] of changes) {
    const starts = isStarter(character);
    if (starter >= 0 && (last === '' || isBefore(last, character))) {
      const [base, baseChange] = result[starter]!;
      const joined = base < '\u00a0' && starts && character < '\u00a0' ? undefined : composition(base, character);
      if (joined !== undefined) {
        result[starter] = [joined, baseChange + change - 1];
        continue;
      }
    }
    if (starts) {
      starter = result.length;
      last = '';
    } else if (starter >= 0) last = character;
    result.push([character, change]);
  }
  return result;
}

/** Normalises a text. A composed character gets the offsets of its first part. */
export function normalForm(source: AlignedText, form: NormalForm): AlignedText {
  if (source.text.normalize(form) === source.text) return source;
  const changes = decomposed(source.text, form.startsWith('NFK') ? 'NFKD' : 'NFD');
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  let index = 0;
  for (const [character, change] of form.endsWith('C') ? composed(changes) : changes) {
    const at = change > 0 ? index - 1 : index;
    text += character;
    for (let i = 0; i < character.length; i++) {
      starts.push(startOf(source, at));
      ends.push(endOf(source, at));
    }
    for (let passed = change; passed <= 0; passed++) index += source.text.codePointAt(index)! > 0xffff ? 2 : 1;
  }
  return { text, origin: source.origin, starts, ends };
}
