import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConllu, taggedSentences } from '../../src/materials/tagged-sentences';
import { sharedData } from '../../src/subjects/shared-data';

const FILE = `# newdoc id = weblog-1
# sent_id = weblog-1-0001
# text = We didn't.
1\tWe\twe\tPRON\tPRP\t_\t3\tnsubj\t_\t_
2-3\tdidn't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
2\tdid\tdo\tAUX\tVBD\t_\t0\troot\t_\t_
3\tn't\tnot\tPART\tRB\t_\t2\tadvmod\t_\t_
4\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_

# sent_id = weblog-1-0002
1\tYes\tyes\tINTJ\tUH\t_\t0\troot\t_\t_
1.1\tgone\tgo\tVERB\tVBN\t_\t_\t_\t_\t_

# newdoc id = email-2
1\tHi\thi\tINTJ\tUH\t_\t0\troot\t_\t_`;

describe('a CoNLL-U file', () => {
  it('gives words with their tags; what is written as one is divided, and what is only understood left out', () => {
    const expected = [
      { words: ['We', 'did', "n't", '.'], tags: ['PRON', 'AUX', 'PART', 'PUNCT'], document: 'weblog-1' },
      { words: ['Yes'], tags: ['INTJ'], document: 'weblog-1' },
      { words: ['Hi'], tags: ['INTJ'], document: 'email-2' },
    ];
    expect(readConllu(FILE)).toEqual(expected);
    expect(readConllu(FILE.replaceAll('\n', '\r\n'))).toEqual(expected);
  });

  it('that is cut off is refused with the line', () => {
    expect(() => readConllu(FILE.slice(0, FILE.indexOf('\tPRP')))).toThrow(
      'Line 4 has 4 columns; a line of CoNLL-U has 10',
    );
  });
});

const isThere = existsSync(sharedData('ud'));
if (!isThere) console.warn(`SKIPPED: the English Web Treebank, since ${sharedData('ud')} is not there`);

it.skipIf(!isThere)('the English Web Treebank has the sentences, words and tags that its makers count', () => {
  const artefacts: string[] = [];
  for (const [part, sentences, words] of [
    ['train', 12_544, 204_577],
    ['dev', 2001, 25_147],
    ['test', 2077, 25_094],
  ] as const) {
    const all = taggedSentences(part, { artefact: (_, sha256) => void artefacts.push(sha256) });
    expect(all).toHaveLength(sentences);
    expect(all.reduce((sum, { words }) => sum + words.length, 0)).toBe(words);
    expect(new Set(all.flatMap(({ tags }) => tags)).size).toBe(17);
  }
  expect(new Set(artefacts).size).toBe(3);
});
