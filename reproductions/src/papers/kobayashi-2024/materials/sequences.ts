import { ranks } from '@interlayer/stats';
import { seedFrom, shuffle } from '@interlayer/text-data';
import { type Material, material } from '../../../materials/material';
import { isLarge, type Specimen } from '../../../subjects/specimen';
import { pmiOf } from '../co-occurrence';
import { type Grouping, groupTokens } from '../pair-categories';
import { annotatedTexts, type Texts, texts } from './texts';

/** What a model reads at once. */
export interface Sequence extends Grouping {
  ids: number[];
  /** Whether a token is part of the text; [CLS] and [SEP] are not. */
  counted: boolean[];
  /** Index of the text. */
  text: number;
}

export interface Sequences {
  sequences: Sequence[];
  /** PMI of the tokens of each sequence, [n, n]: see {@link pmiOf}. */
  pmi: Float64Array[];
  /** How frequent each token of the vocabulary is in the reference text: 1 for the most frequent; equal ones share their ranks. */
  frequencyRanks: Float64Array;
  texts: Texts;
}

export const COUNT = 64;
/** Sequences of a large model. */
export const LARGE_COUNT = 32;
/** Tokens of the text: what the shipped encoders have room for, and 96 or 128 of other models, if they have as many positions. */
const LENGTHS = { mini: 62, other: 96, large: 128 };
/** Sentences of a treebank are short. */
const ANNOTATED_LENGTHS = { mini: 62, other: 48, large: 48 };

const sequencesOf = (name: string, from: Material<Texts>, lengths: typeof LENGTHS): Material<Sequences> =>
  material({
    name,
    needs: [],
    shared: true,
    uses: [from],
    async make(bench) {
      const texts = await bench.get(from);
      const specimen = await bench.specimen();
      const { tokenizer, vocabulary } = specimen;
      const large = isLarge(specimen);
      const most = large ? LARGE_COUNT : COUNT;
      const count = Math.min(most, bench.sample ?? most);
      const longest = bench.scale === 'mini' ? lengths.mini : large ? lengths.large : lengths.other;
      const sequences = drawSequences(texts, specimen, { count, longest, seed: bench.seed });
      const reference = texts.reference.map((text) => tokenizer.encode(text, { addSpecialTokens: false }).ids);
      const counts = new Float64Array(vocabulary);
      for (const text of reference) for (const token of text) counts[token]!++;
      return {
        sequences,
        pmi: pmiOf(sequences, reference, vocabulary),
        frequencyRanks: ranks(counts.map((count) => -count)),
        texts,
      };
    },
  });

export const sequences = sequencesOf('sequences', texts, LENGTHS);
export const annotatedSequences = sequencesOf('annotated sequences', annotatedTexts, ANNOTATED_LENGTHS);

/** Stretches of texts, drawn from all that they have, in the order of the texts; encoders get [CLS] and [SEP] around them. */
export function drawSequences(
  { held, expressions }: Pick<Texts, 'held' | 'expressions'>,
  { tokenizer, positions, kind }: Pick<Specimen, 'tokenizer' | 'positions' | 'kind'>,
  { count, seed, longest }: { count: number; seed: number; longest: number },
): Sequence[] {
  const [first, last] =
    kind === 'masked' ? [[tokenizer.special.cls!], [tokenizer.special.sep!]] : [[] as number[], [] as number[]];
  const length = Math.min(longest, positions - first.length - last.length);
  const all = held.flatMap((text, index) => {
    const { ids, offsets } = tokenizer.encode(text, { addSpecialTokens: false });
    return Array.from({ length: Math.floor(ids.length / length) }, (_, i) => {
      const [from, to] = [i * length, (i + 1) * length];
      return { ids: ids.slice(from, to), offsets: offsets.slice(from, to), text: index };
    });
  });
  const order = shuffle([...all.keys()], seedFrom(seed, 'sequences'));
  const drawn = order.slice(0, count).sort((a, b) => a - b);
  return drawn.map((i): Sequence => {
    const { ids, offsets, text } = all[i]!;
    const around = <T>(values: readonly T[], none: T) => [...first.map(() => none), ...values, ...last.map(() => none)];
    return {
      ids: [...first, ...ids, ...last],
      counted: around(Array<boolean>(length).fill(true), false),
      text,
      ...groupTokens(held[text]!, around(offsets, NOWHERE), expressions[text]!),
    };
  });
}

const NOWHERE: [number, number] = [0, 0];
