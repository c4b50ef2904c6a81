import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Expression } from './pair-categories';

/** Relations of words that form one name or one fixed expression (Universal Dependencies). */
const RELATIONS = ['flat', 'compound', 'fixed', 'goeswith'];

export interface AnnotatedText {
  text: string;
  expressions: Expression[];
}

/** Reads a gzipped treebank. */
export const readTreebank = (path: string): AnnotatedText[] => parseTreebank(gunzipSync(readFileSync(path)).toString());

/** The documents of a treebank in CoNLL-U, and the words that hang together in them. */
export function parseTreebank(conllu: string): AnnotatedText[] {
  const documents: AnnotatedText[] = [];
  for (const sentence of conllu.split(/\n\n+/).filter((block) => block.trim())) {
    if (/^# newdoc/m.test(sentence) || documents.length === 0) documents.push({ text: '', expressions: [] });
    addSentence(documents.at(-1)!, sentence);
  }
  return documents;
}

function addSentence(document: AnnotatedText, sentence: string): void {
  const ranges = new Map<string, readonly [number, number]>();
  const group = new Map<string, string>();
  const rootOf = (id: string): string => (group.get(id) === id || !group.has(id) ? id : rootOf(group.get(id)!));
  const links: [string, string][] = [];
  let joined = { last: 0, range: [0, 0] as readonly [number, number] };
  for (const line of sentence.split('\n')) {
    const [id, form, , , , , head, relation, , misc] = line.split('\t');
    if (!id || !form || id.includes('.') || line.startsWith('#')) continue;
    if (!id.includes('-') && Number(id) <= joined.last) ranges.set(id, joined.range);
    else {
      const start = document.text.length;
      document.text += form;
      const range = [start, document.text.length] as const;
      if (!misc?.includes('SpaceAfter=No')) document.text += ' ';
      // "don't" is one piece of text and two words: both have its range.
      if (id.includes('-')) joined = { last: Number(id.split('-')[1]), range };
      else ranges.set(id, range);
    }
    if (relation && RELATIONS.includes(relation.split(':')[0]!)) links.push([id, head!]);
  }
  if (document.text && !document.text.endsWith(' ')) document.text += ' ';
  for (const id of ranges.keys()) group.set(id, id);
  for (const [id, head] of links) group.set(rootOf(id), rootOf(head));
  const members = new Map<string, (readonly [number, number])[]>();
  for (const [id, range] of ranges) {
    const root = rootOf(id);
    members.set(root, [...(members.get(root) ?? []), range]);
  }
  document.expressions.push(...[...members.values()].filter(({ length }) => length > 1));
}
