import { bertTokenizerJson, createTokenizer } from '@interlayer/tokenizer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMail, spamAssassin } from '../../../src/papers/sridhar-2020/materials/mails';
import { type Task, taskOf } from '../../../src/papers/sridhar-2020/materials/task';
import { addressTasks, LENGTH, mailTask, rowOf, withSwaps } from '../../../src/papers/sridhar-2020/materials/tasks';

const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(97 + i));
const special = ['[UNK]', '[CLS]', '[SEP]', '[MASK]', '.'];
const tokenizer = createTokenizer(bertTokenizerJson([...letters, ...special]));
const { cls, sep } = tokenizer.special;

describe('a mail', () => {
  const message = (headers: string, body: string, group = 'easy-ham-1') =>
    readMail({ group, text: `${headers}\n\n${body}` });

  it('is its subject and its words: no other header, no markup, no encoded part', () => {
    const body = [
      'This is a multi-part message.',
      '--_part_1',
      'Content-Type: text/html;',
      '\tcharset="us-ascii"',
      '<style>p { color: red }</style><p>Buy&nbsp;now, it is so che=',
      'ap</p>',
      `${'QUJD'.repeat(16)}`,
    ].join('\n');
    const mail = message('From: someone\nSubject: Great\n offer\nTo: you', body, 'spam-2');
    expect(mail).toEqual({
      text: 'Great offer This is a multi-part message. Buy now, it is so cheap',
      spam: true,
      thread: 'great offer',
    });
  });

  it('shares its thread with its answers', () => {
    const threads = [
      'Subject: apt on RH 7',
      'Subject: Re: apt on RH 7',
      'SUBJECT: [list] RE: Re: apt on rh 7.',
      'Subject: Fwd: apt, on RH',
    ];
    expect(new Set(threads.map((header) => message(header, 'text')!.thread))).toEqual(new Set(['apt on rh']));
  });

  it('without a subject is known by its first words, and without words is none', () => {
    expect(message('From: someone', 'hello there')).toEqual({
      text: 'hello there',
      spam: false,
      thread: 'hello there',
    });
    expect(message('Subject: 123', '<br>')).toBeUndefined();
  });

  it('is one of 6,046, of which 1,896 are spam', async () => {
    const artefacts: Record<string, string> = {};
    const mails = await spamAssassin({ artefact: (name, sha256) => Object.assign(artefacts, { [name]: sha256 }) });
    expect(mails).toHaveLength(6046);
    expect(mails.filter(({ spam }) => spam)).toHaveLength(1896);
    expect(artefacts['mails of SpamAssassin']).toMatch(/^a4239a62/);
  }, 60_000);
});

describe('tasks', () => {
  const options = { seed: 1, count: 40 };

  it('of mails have no thread on both sides, and all copies in one cluster', () => {
    const mails = Array.from({ length: 300 }, (_, i) => ({
      text: `a b ${letters[i % 26]}`,
      spam: i % 3 === 0,
      thread: `thread ${i % 70}`,
    }));
    const task = mailTask(mails, tokenizer, { seed: 1, count: 1000 });
    expect(task.train.length).toBeGreaterThan(40);
    const of = (examples: typeof task.test) => new Set(examples.map((example) => example.of));
    expect([...of(task.train)].filter((thread) => of(task.test).has(thread))).toEqual([]);
    for (const [i, cluster] of task.clusters.entries()) {
      const partner = task.clusters.indexOf(cluster);
      expect(task.test[i]!.of).toBe(task.test[partner]!.of);
    }
    for (const { ids } of task.test) expect([ids[0], ids.at(-1)]).toEqual([cls, sep]);
  });

  it('of addresses are trained on presidents of whom nothing is tested', () => {
    const sentence = 'A b c d e f g h i j k l m n o p. ';
    const address = (year: number, president: string) => ({
      id: `${year}`,
      year,
      president,
      party: '',
      text: sentence.repeat(9),
    });
    const unread = [address(1850, 'A'), address(1950, 'B')];
    const read = [address(1851, 'A'), address(1840, 'C'), address(1940, 'D')];
    const [later, inOrder] = addressTasks({ read, unread }, tokenizer, options) as [Task, Task];
    for (const { train, test } of [later, inOrder]) {
      expect(new Set(train.map((example) => example.of))).toEqual(new Set(['C', 'D']));
      expect(new Set(test.map((example) => example.of))).toEqual(new Set(['A', 'B']));
    }
    const plain = rowOf(tokenizer.encode(sentence, { addSpecialTokens: false }).ids, tokenizer, LENGTH);
    for (const example of later.test) {
      expect(example.label).toBe(Number(example.of === 'B'));
      expect(example.ids).toEqual(plain);
    }
    expect(new Set(inOrder.test.map(({ label }) => label))).toEqual(new Set([0, 1]));
    for (const { ids, label } of inOrder.test) expect(ids.join() === plain.join()).toBe(label === 1);
  });

  it('draw as many test examples as are asked for, the same for the same seed', () => {
    const examples = Array.from({ length: 100 }, (_, i) => ({ ids: [i], label: i % 2, of: `${i % 7}` }));
    const draw = (seed: number) =>
      taskOf('t', examples, examples, { seed, count: 30, steps: 1, length: 9 }).test.map(({ ids }) => ids[0]);
    expect(new Set(draw(1))).toHaveProperty('size', 30);
    expect(draw(1).filter((id) => id! % 2)).toHaveLength(15);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});

it('two pairs of neighbours are swapped, whatever the row, and none of the special tokens', () => {
  const row = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 24 });
  fc.assert(
    fc.property(row, fc.infiniteStream(fc.nat()), (words, stream) => {
      const ids = [90, ...words, 91];
      const swapped = withSwaps(ids, (n) => stream.next().value % n);
      const could = Array.from({ length: words.length >> 1 }, (_, i) => words[2 * i] !== words[2 * i + 1]).filter(
        Boolean,
      ).length;
      expect(swapped === undefined).toBe(could < 2);
      if (!swapped) return;
      const changed = ids.flatMap((id, i) => (id === swapped[i] ? [] : [i]));
      expect(changed).toHaveLength(4);
      for (const k of [0, 2]) {
        expect(changed[k + 1]).toBe(changed[k]! + 1);
        expect([swapped[changed[k]!], swapped[changed[k]! + 1]]).toEqual([ids[changed[k]! + 1], ids[changed[k]!]]);
      }
      expect([swapped[0], swapped.at(-1)]).toEqual([90, 91]);
    }),
  );
});
