import { seedFrom, shuffle } from '@interlayer/text-data';
import { material } from '../../../materials/material';
import type { Specimen } from '../../../subjects/specimen';
import { texts } from './texts';

/** What a model reads at once. */
export interface Sequence {
  ids: number[];
  /** Whether a token is part of the text; [CLS] and [SEP] are not. */
  counted: boolean[];
  /** The part of the text that each token stands for; empty for those that are not part of it. */
  offsets: [start: number, end: number][];
  /** Index of the text. */
  text: number;
}

export interface Sequences {
  sequences: Sequence[];
  /** The texts that offsets count in. */
  texts: string[];
  /** What the texts are, in words. */
  name: string;
}

export const COUNT = 64;
/** Tokens of the text: what the shipped encoders have room for, and 96 of other models, if they have as many positions. */
const LENGTHS = { mini: 62, other: 96 };

export const sequences = material<Sequences>({
  name: 'sequences',
  needs: [],
  shared: true,
  uses: [texts],
  async make(bench) {
    const { held, name } = await bench.get(texts);
    const count = Math.min(COUNT, bench.sample ?? COUNT);
    const longest = bench.scale === 'mini' ? LENGTHS.mini : LENGTHS.other;
    const drawn = drawSequences(held, await bench.specimen(), { count, longest, seed: bench.seed });
    return { sequences: drawn, texts: held, name };
  },
});

/** Stretches of texts, drawn from all that they have, in the order of the texts; encoders get [CLS] and [SEP] around them. */
export function drawSequences(
  texts: readonly string[],
  { tokenizer, positions, kind }: Pick<Specimen, 'tokenizer' | 'positions' | 'kind'>,
  { count, seed, longest }: { count: number; seed: number; longest: number },
): Sequence[] {
  const [first, last] =
    kind === 'masked' ? [[tokenizer.special.cls!], [tokenizer.special.sep!]] : [[] as number[], [] as number[]];
  const length = Math.min(longest, positions - first.length - last.length);
  const all = texts.flatMap((text, index) => {
    const { ids, offsets } = tokenizer.encode(text, { addSpecialTokens: false });
    return Array.from({ length: Math.floor(ids.length / length) }, (_, i): Sequence => {
      const [from, to] = [i * length, (i + 1) * length];
      return {
        ids: [...first, ...ids.slice(from, to), ...last],
        counted: [...first.map(() => false), ...Array<boolean>(length).fill(true), ...last.map(() => false)],
        offsets: [...first.map(() => NOWHERE), ...offsets.slice(from, to), ...last.map(() => NOWHERE)],
        text: index,
      };
    });
  });
  const order = shuffle([...all.keys()], seedFrom(seed, 'sequences'));
  return order
    .slice(0, count)
    .sort((a, b) => a - b)
    .map((i) => all[i]!);
}

const NOWHERE: [number, number] = [0, 0];
