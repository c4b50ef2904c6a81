import { eng } from 'stopword';
import type { Expression } from './pair-categories';

interface Word {
  text: string;
  start: number;
  end: number;
}

/** A collocation occurs so often in the reference text, and its normalised PMI is at least that. */
const COLLOCATION = { count: 10, npmi: 0.5 };
const STOP_WORDS = new Set(eng);

const wordsOf = (text: string): Word[] =>
  Array.from(text.matchAll(/\p{L}[\p{L}\p{M}’']*/gu), ({ 0: word, index }) => ({
    text: word,
    start: index,
    end: index + word.length,
  }));

/** Whether one blank alone stands between two words. */
const sideBySide = (text: string, a: Word, b: Word): boolean => text.slice(a.end, b.start) === ' ';
const keyOf = (a: Word, b: Word): string => `${a.text} ${b.text}`.toLowerCase();

/** Pairs of words that stand side by side far more often than their frequencies say; no stop words. */
export function collocations(texts: readonly string[]): ReadonlySet<string> {
  const [words, pairs] = [new Map<string, number>(), new Map<string, number>()];
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  let total = 0;
  for (const text of texts) {
    let before: Word | undefined;
    for (const word of wordsOf(text)) {
      total++;
      count(words, word.text.toLowerCase());
      if (before && sideBySide(text, before, word)) count(pairs, keyOf(before, word));
      before = word;
    }
  }
  const isCollocation = ([pair, together]: [string, number]) => {
    const parts = pair.split(' ');
    if (together < COLLOCATION.count || parts.some((part) => STOP_WORDS.has(part))) return false;
    const [a, b] = parts.map((part) => words.get(part)! / total);
    const p = together / total;
    return Math.log(p / (a! * b!)) / -Math.log(p) >= COLLOCATION.npmi;
  };
  return new Set([...pairs].filter(isCollocation).map(([pair]) => pair));
}

/**
 * A stand-in for annotated names and expressions: runs of capitalised words ("Supreme Court", "Bank of England"), without the
 * word that begins a sentence, and collocations of the reference text. Overlapping ones are one expression.
 */
export function likelyExpressions(text: string, known: ReadonlySet<string>): Expression[] {
  const words = wordsOf(text);
  const begins = ({ start }: Word) => !/[^.!?:;"“”\s]\s*$/.test(text.slice(Math.max(0, start - 4), start));
  const isName = (word: Word) => /^\p{Lu}/u.test(word.text) && word.text !== 'I' && !begins(word);
  const ranges: [number, number][] = [];
  for (const [i, word] of words.entries()) {
    const next = words[i + 1];
    if (!next || !sideBySide(text, word, next)) continue;
    if ((isName(word) && isName(next)) || known.has(keyOf(word, next))) ranges.push([word.start, next.end]);
    const after = words[i + 2];
    if (isName(word) && next.text === 'of' && after && sideBySide(text, next, after) && isName(after))
      ranges.push([word.start, after.end]);
  }
  const merged: [number, number][] = [];
  for (const [start, end] of ranges) {
    const last = merged.at(-1);
    if (last && start < last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged.map((range) => [range]);
}
