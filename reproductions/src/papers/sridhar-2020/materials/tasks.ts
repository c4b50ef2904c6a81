import { type Address, seedFrom, sentences } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { addressesOf } from '../../../materials/corpus';
import { material } from '../../../materials/material';
import { glueTasks } from './glue-tasks';
import { type Mail, spamAssassin } from './mails';
import { type Labelled, type Task, taskOf } from './task';

/** Test examples of each task, half of them of each class. */
export const TEST = 2000;
/** Tokens of a row, special ones included. */
export const LENGTH = 24;
/** Steps in which the baseline learns a task, as tried on texts of the train split: the order of words takes longer. */
const STEPS = { mails: 40, years: 40, order: 120 };
/** Sentences with fewer tokens say too little about their time, and leave too little to swap. */
const SHORTEST = 12;
/** The first year of the later class: it halves the sentences. */
export const LATER = 1900;

/** [CLS] text [SEP], cut to the length of a row. */
export function rowOf(
  tokens: readonly number[],
  { special: { cls, sep } }: Pick<Tokenizer, 'special'>,
  length: number,
) {
  return [cls!, ...tokens.slice(0, length - 2), sep!];
}

/** Ham or spam. All mails of a thread fall on one side: a third of the threads to train on, the others to test on. */
export function mailTask(mails: readonly Mail[], tokenizer: Tokenizer, options: { seed: number; count: number }): Task {
  const isTrain = ({ thread }: Mail) => (seedFrom(options.seed, 'thread', thread) >>> 0) % 3 === 0;
  const examples = (train: boolean): Labelled[] =>
    mails
      .filter((mail) => isTrain(mail) === train)
      .map(({ text, spam, thread }) => {
        // No row has room for more than these letters.
        const { ids } = tokenizer.encode(text.slice(0, 40 * LENGTH), { addSpecialTokens: false });
        return { ids: rowOf(ids, tokenizer, LENGTH), label: Number(spam), of: thread };
      });
  return taskOf('ham or spam', examples(true), examples(false), { ...options, steps: STEPS.mails, length: LENGTH });
}

/**
 * The row with two pairs of neighbouring tokens swapped; the pairs do not overlap, and the tokens of a pair differ. Undefined
 * where there are no two such pairs.
 */
export function withSwaps(ids: readonly number[], draw: (n: number) => number): number[] | undefined {
  const pairs = Array.from({ length: Math.floor((ids.length - 2) / 2) }, (_, i) => 1 + 2 * i);
  const left = pairs.filter((at) => ids[at] !== ids[at + 1]);
  if (left.length < 2) return undefined;
  const swapped = [...ids];
  for (let i = 0; i < 2; i++) {
    const [at] = left.splice(draw(left.length), 1) as [number];
    [swapped[at], swapped[at + 1]] = [ids[at + 1]!, ids[at]!];
  }
  return swapped;
}

/**
 * Two tasks on sentences of addresses: whether one was spoken in 1900 or later, and whether its words stand in their order. They are
 * tested on addresses that no model has read, and trained on those of presidents of whom no address is tested.
 */
export function addressTasks(
  { read, unread }: Record<'read' | 'unread', readonly Address[]>,
  tokenizer: Tokenizer,
  options: { seed: number; count: number },
): Task[] {
  const tested = new Set(unread.map(({ president }) => president));
  const sentencesOf = (addresses: readonly Address[]) =>
    addresses.flatMap(({ text, year, president }) =>
      sentences(text).flatMap((sentence) => {
        const { ids } = tokenizer.encode(sentence, { addSpecialTokens: false });
        return ids.length < SHORTEST ? [] : [{ ids: rowOf(ids, tokenizer, LENGTH), year, of: president }];
      }),
    );
  const [train, test] = [read.filter(({ president }) => !tested.has(president)), unread].map(sentencesOf) as [
    ReturnType<typeof sentencesOf>,
    ReturnType<typeof sentencesOf>,
  ];
  const generator = xoroshiro128plus(seedFrom(options.seed, 'swaps'));
  const draw = (n: number) => uniformInt(generator, 0, n - 1);
  const inOrder = (all: typeof train): Labelled[] =>
    all.flatMap(({ ids, of }) => {
      const label = draw(2);
      const row = label ? ids : withSwaps(ids, draw);
      return row ? [{ ids: row, label, of }] : [];
    });
  const later = (all: typeof train): Labelled[] =>
    all.map(({ ids, year, of }) => ({ ids, label: Number(year >= LATER), of }));
  return [
    taskOf('before or after 1900', later(train), later(test), { ...options, steps: STEPS.years, length: LENGTH }),
    taskOf('words in order', inOrder(train), inOrder(test), { ...options, steps: STEPS.order, length: LENGTH }),
  ];
}

export const tuningTasks = material<readonly Task[]>({
  name: 'fine-tuning tasks',
  needs: ['encoder'],
  shared: true,
  budget: { seconds: 30, megabytes: 600 },
  async make(bench) {
    const { tokenizer } = await bench.specimen();
    const options = { seed: bench.seed, count: Math.min(TEST, bench.sample ?? TEST) };
    const [train, valid, test] = [
      await addressesOf('train', bench),
      await addressesOf('valid', bench),
      await addressesOf('test', bench),
    ];
    return [
      mailTask(await spamAssassin(bench), tokenizer, options),
      ...addressTasks({ read: train, unread: [...valid, ...test] }, tokenizer, options),
      ...(bench.glue ? await glueTasks(tokenizer, options, bench) : []),
    ];
  },
});
