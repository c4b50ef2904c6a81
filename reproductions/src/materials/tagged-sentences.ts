import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readFrom, sharedData } from '../subjects/shared-data';
import { Unavailable } from '../subjects/subject';
import type { Bench } from './material';

/** A sentence whose words people have tagged with their parts of speech. */
export interface TaggedSentence {
  words: readonly string[];
  /** Universal part of speech of each word: `NOUN`, `VERB` … */
  tags: readonly string[];
  /** What the sentence is from. */
  document: string;
}

/**
 * The sentences of a CoNLL-U file. A word that is written as one and analysed as several ("didn't") counts as these: did, n't. Words
 * that were only understood ("empty nodes") are left out.
 *
 * @throws Error that names the line of a word without ten columns.
 */
export function readConllu(text: string): TaggedSentence[] {
  const sentences: TaggedSentence[] = [];
  let document = '';
  let [words, tags]: [string[], string[]] = [[], []];
  const end = () => {
    if (words.length) sentences.push({ words, tags, document });
    [words, tags] = [[], []];
  };
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line === '') end();
    else if (line.startsWith('#')) document = /^# newdoc id = (.*)/.exec(line)?.[1] ?? document;
    else {
      const columns = line.split('\t');
      if (columns.length !== 10)
        throw new Error(`Line ${i + 1} has ${columns.length} columns; a line of CoNLL-U has 10, divided by tabs.`);
      const [id, form, , tag] = columns;
      if (/^\d+$/.test(id!)) {
        words.push(form!);
        tags.push(tag!);
      }
    }
  }
  end();
  return sentences;
}

/**
 * The sentences of one part of the English Web Treebank (Universal Dependencies); its sha256 is noted.
 *
 * @throws Unavailable where the shared data are not here.
 */
export function taggedSentences(part: 'train' | 'dev' | 'test', bench: Pick<Bench, 'artefact'>): TaggedSentence[] {
  const file = sharedData('ud/UD_English-EWT', `en_ewt-ud-${part}.conllu.gz`);
  if (!existsSync(file)) throw new Unavailable(`the English Web Treebank is not here: ${readFrom('ud')}`);
  const bytes = readFileSync(file);
  bench.artefact(`English Web Treebank, ${part}`, createHash('sha256').update(bytes).digest('hex'));
  return readConllu(gunzipSync(bytes).toString('utf8'));
}
