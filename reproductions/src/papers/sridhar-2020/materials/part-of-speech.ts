import { takeRows } from '@interlayer/linalg';
import { type ProbeOptions, type ProbeRecord, probe, splitOf } from '@interlayer/linear-probe';
import { seedFrom, shuffle } from '@interlayer/text-data';
import type { Sample } from '../../../claim/claim';
import { hiddenStates } from '../../../materials/hidden-states';
import { type Bench, material } from '../../../materials/material';
import { type TaggedSentence, taggedSentences } from '../../../materials/tagged-sentences';
import type { Specimen } from '../../../subjects/specimen';
import { type ModelProbes, probesOf, shuffledAccuracy } from '../probes';

/** Sentences of each part of the treebank. */
const SENTENCES = { train: 500, dev: 100, test: 400 };
type Part = keyof typeof SENTENCES;
const PARTS = ['train', 'dev', 'test'] as const satisfies readonly Part[];
/** Pieces of a sentence; longer ones are left out. */
const LONGEST = 62;
/** Before the feed-forward block of each layer, and after it. */
const SITES = ['middle', 'output'] as const;

/** Linear probes of every layer for the part of speech of each word. */
export interface PartOfSpeech extends Sample {
  before: ModelProbes;
  after: ModelProbes;
  /** Always saying the most frequent class, percent. */
  majority: number;
  /** With labels assigned to words at random, at the top layer, percent. */
  shuffled: number;
}

/** A word of the treebank, and where its first piece stands among all pieces. */
interface Word {
  tag: string;
  /** In small letters. */
  form: string;
  document: string;
  part: Part;
  at: number;
}

/** The pieces of sentences, word by word, as rows for a model. A word is read at its first piece. */
export function rowsOf(
  sentences: readonly (TaggedSentence & { part: Part })[],
  { tokenizer }: Pick<Specimen, 'tokenizer'>,
): { rows: { ids: number[]; text: number }[]; words: Word[]; tooLong: number } {
  const rows: { ids: number[]; text: number }[] = [];
  const words: Word[] = [];
  let [start, tooLong] = [0, 0];
  for (const [text, { words: forms, tags, document, part }] of sentences.entries()) {
    const pieces = forms.map((form) => tokenizer.encode(form, { addSpecialTokens: false }).ids);
    const ids = pieces.flat();
    if (ids.length > LONGEST) {
      tooLong++;
      continue;
    }
    let at = start;
    for (const [i, piece] of pieces.entries()) {
      // A form of which the tokenizer leaves nothing cannot be read anywhere.
      if (piece.length) words.push({ tag: tags[i]!, form: forms[i]!.toLowerCase(), document, part, at });
      at += piece.length;
    }
    rows.push({ ids, text });
    start = at;
  }
  return { rows, words, tooLong };
}

/** Sentences of all parts, chosen by the seed. */
const chosenSentences = (bench: Bench) =>
  PARTS.flatMap((part) => {
    const all = taggedSentences(part, bench);
    const order = shuffle(
      all.map((_, i) => i),
      seedFrom(bench.seed, 'tagged sentences', part),
    );
    const count = Math.min(SENTENCES[part], bench.sample ?? SENTENCES[part]);
    return order.slice(0, count).map((i) => ({ ...all[i]!, part }));
  });

export const partOfSpeech = material<PartOfSpeech>({
  name: 'part-of-speech probes',
  needs: ['encoder', 'memories'],
  sample: `${SENTENCES.train} sentences of the English Web Treebank to train on, ${SENTENCES.dev} to choose the penalty, ${SENTENCES.test} to test, from its parts of these names`,
  budget: { seconds: 600, megabytes: 2500 },
  async make(bench) {
    const specimen = await bench.specimen();
    const { rows, words, tooLong } = rowsOf(chosenSentences(bench), specimen);
    const states = await hiddenStates(specimen, rows, await bench.runtime(), SITES);
    const places = Int32Array.from(words, ({ at }) => at);
    const rowsIn = (part: Part) => words.flatMap((word, row) => (word.part === part ? [row] : []));
    const split = splitOf({ train: rowsIn('train'), dev: rowsIn('dev'), test: rowsIn('test') });
    const shared: Omit<ProbeOptions, 'X'> = {
      labels: words.map(({ tag }) => tag),
      groups: words.map(({ document }) => document),
      types: words.map(({ form }) => form),
      split,
      seed: bench.seed,
      kind: 'ridge',
      resamples: 2000,
    };
    const records: [before: ProbeRecord[], after: ProbeRecord[]] = [[], []];
    for (const [layer, ofSites] of states.entries())
      for (const [site, X] of ofSites.entries()) {
        records[site]!.push((await probe({ ...shared, X: takeRows(X, places) })).record);
        bench.progress((layer + (site + 1) / SITES.length) / states.length);
      }
    const documents = words.map(({ document }) => document);
    const names = [...new Set(documents)];
    const units = {
      clusters: Array.from(split.test.rows, (row) => names.indexOf(documents[row]!)),
      method: 'bootstrap (BCa) over documents, then words, 4,000 resamples or more',
    };
    const [before, after] = records.map((each) => probesOf(each, units)) as [ModelProbes, ModelProbes];
    return {
      before,
      after,
      majority: 100 * records[1][0]!.majority.test.estimate,
      shuffled: await shuffledAccuracy({ ...shared, X: takeRows(states.at(-1)![1]!, places) }),
      units,
      dropped: tooLong ? [{ count: tooLong, why: `the sentence has more than ${LONGEST} pieces` }] : [],
      deviations: ['Words are given to the tokenizer one by one, as the treebank divides them (did, n’t).'],
    };
  },
});
