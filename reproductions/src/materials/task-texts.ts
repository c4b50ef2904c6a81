import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { seedFrom, shuffle } from '@interlayer/text-data';
import { Unavailable } from '../subjects/subject';
import { taskText } from '../subjects/task-texts';
import { type GlueTexts, glueRows } from './glue-rows';
import { type Bench, material } from './material';

/** Rows are joined until they have this many characters, a few hundred tokens: most rows alone are shorter than what claims read. */
const CHARACTERS = 1200;
/** Fewest texts that intervals over texts are made of. */
const FEWEST = 8;

/** The texts of both splits of the subject's task. */
export const taskTexts = material<Record<'train' | 'validation', { text: string }[]>>({
  name: 'texts of the task',
  needs: [],
  shared: true,
  make: async (bench) => ({
    train: await drawnTexts('train', bench),
    validation: await drawnTexts('validation', bench),
  }),
});

async function drawnTexts(split: 'train' | 'validation', bench: Bench): Promise<{ text: string }[]> {
  const { task, fraction } = bench.reads!;
  const { rows, facts } = await glueRows(task, split, bench);
  for (const warning of facts.warnings) bench.log(`GLUE ${task}: ${warning}`);
  const drawn = drawRowsOf(rows, fraction, seedFrom(bench.seed, 'rows of a task', split));
  const texts = joinRows(drawn);
  const counts = [drawn.length, rows.length].map((count) => count.toLocaleString('en-US')).join(' of ');
  if (texts.length < FEWEST)
    throw new Unavailable(
      `${taskText(bench.reads!)} is too little text: ${counts} rows of its ${split} split make ${texts.length} of the ${FEWEST} texts of ${CHARACTERS} characters that intervals need; give a larger --fraction`,
    );
  const source = facts.commit ? `nyu-mll/glue@${facts.commit}` : basename(facts.files[0]!.path);
  const hash = createHash('sha256').update(texts.map(({ text }) => `${text}\n`).join('\n'));
  bench.artefact(`GLUE ${task}, ${split}: ${counts} rows of ${source}`, hash.digest('hex'));
  return texts;
}

/** A share of the rows, one at least; the drawn ones keep their order. */
export function drawRowsOf<T>(rows: readonly T[], fraction: number, seed: number): T[] {
  const order = shuffle(
    rows.map((_, i) => i),
    seed,
  );
  return order
    .slice(0, Math.max(1, Math.round(fraction * rows.length)))
    .sort((a, b) => a - b)
    .map((i) => rows[i]!);
}

/** Rows as running text: one row a line, the texts of a pair after each other, as many rows as make up {@link CHARACTERS}. */
export function joinRows(rows: readonly Pick<GlueTexts, 'texts'>[]): { text: string }[] {
  const joined: { text: string }[] = [];
  let text = '';
  for (const { texts } of rows) {
    text += `${text && '\n'}${texts.join(' ')}`;
    if (text.length < CHARACTERS) continue;
    joined.push({ text });
    text = '';
  }
  return text ? [...joined, { text }] : joined;
}
