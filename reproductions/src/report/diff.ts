import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatNumber } from '@interlayer/figures';
import { z } from 'zod';
import { parseAs, type Result, resultSchema } from '../claim/schema';
import { UsageError } from '../run/usage-error';
import { printable, withInterval } from './format';
import { outcomeOf } from './summary';

/** Of a report or a recording only the results are compared. */
const resultsSchema = z.object({ claims: z.array(z.object({ result: resultSchema })) });

/** What is compared of a result: a text, and the numbers in it, of which the first one moves by some amount. */
interface Entry {
  text: string;
  numbers?: readonly (number | null)[];
}

const named = (entries: readonly (readonly [name: string, entry: Entry])[]): Map<string, Entry> => {
  const all = new Map<string, Entry>();
  for (const [name, entry] of entries) {
    let free = name;
    for (let i = 2; all.has(free); i++) free = `${name} (${i})`;
    all.set(free, entry);
  }
  return all;
};

/** Verdict, sample, estimates and controls of a result, by name. */
const entriesOf = ({ verdict, n, headline, criteria, controls }: Result): Map<string, Entry> =>
  named([
    ['verdict', { text: verdict }],
    ['sample', { text: formatNumber(n), numbers: [n] }],
    ...(headline
      ? [
          [
            headline.name,
            {
              text: withInterval(headline.value, headline.unit, headline.interval),
              numbers: [headline.value, ...(headline.interval ?? [])],
            },
          ] as const,
        ]
      : []),
    ...criteria.flatMap(({ name, status, parts }) => [
      [`criterion ${name}`, { text: outcomeOf(status) }] as const,
      ...parts.map(
        ({ label, estimate, interval }) =>
          [
            `criterion ${name}, ${label || 'estimate'}`,
            { text: withInterval(estimate, '', interval), numbers: [estimate, ...interval] },
          ] as const,
      ),
    ]),
    ...controls.flatMap(({ name, outcome, detail }) => [
      [`control ${name}`, { text: outcome }] as const,
      [`control ${name}, measured`, { text: detail }] as const,
    ]),
  ]);

/** Whether two numbers differ by more than rounding. */
const differ = (a: number | null = null, b: number | null = null): boolean =>
  a === null || b === null ? a !== b : Math.abs(a - b) > 1e-9 * Math.max(Math.abs(a), Math.abs(b));

function hasMoved(before: Entry | undefined, after: Entry | undefined): boolean {
  if (!before?.numbers || !after?.numbers) return before?.text !== after?.text;
  const length = Math.max(before.numbers.length, after.numbers.length);
  return Array.from({ length }, (_, i) => differ(before.numbers![i], after.numbers![i])).some(Boolean);
}

function line(name: string, before: Entry | undefined, after: Entry | undefined): string {
  const [from, to] = [before?.numbers?.[0] ?? null, after?.numbers?.[0] ?? null];
  const by = from === null || to === null ? '' : ` (${to >= from ? '+' : ''}${formatNumber(to - from)})`;
  return printable(`  ${name}: ${before?.text ?? 'absent'} → ${after?.text ?? 'absent'}${by}`);
}

/** What moved between the results of two reports, and by how much: a block of lines for each claim and subject, none where nothing did. */
export function differences(before: readonly Result[], after: readonly Result[]): string[] {
  const byKey = (results: readonly Result[]) => new Map(results.map((each) => [`${each.subject}/${each.id}`, each]));
  const [first, second] = [byKey(before), byKey(after)];
  return [...new Set([...first.keys(), ...second.keys()])].flatMap((name) => {
    const [a, b, key] = [first.get(name), second.get(name), printable(name)];
    if (!a || !b) return [`${key}\n  only in the ${a ? 'first' : 'second'}: ${(a ?? b)!.verdict}`];
    const [from, to] = [entriesOf(a), entriesOf(b)];
    const moved = [...new Set([...from.keys(), ...to.keys()])].filter((name) => hasMoved(from.get(name), to.get(name)));
    return moved.length ? [[key, ...moved.map((name) => line(name, from.get(name), to.get(name)))].join('\n')] : [];
  });
}

function resultsOf(path: string, here: string): Result[] {
  const given = resolve(here, path);
  const file = existsSync(given) && statSync(given).isDirectory() ? join(given, 'report.json') : given;
  try {
    return parseAs(resultsSchema, JSON.parse(readFileSync(file, 'utf8')), file).claims.map(({ result }) => result);
  } catch (error) {
    throw new UsageError(`${path} cannot be compared: ${(error as Error).message}`);
  }
}

/**
 * Compares two report.json files, or folders that hold one.
 * @throws UsageError where one cannot be read.
 */
export function diffReports(paths: readonly string[], here: string): { text: string; moved: boolean } {
  if (paths.length !== 2)
    throw new UsageError(
      `diff compares two reports, as in "pnpm reproduce diff before.json out/report.json"; ${paths.length} given.`,
    );
  const [before, after] = paths.map((path) => resultsOf(path, here)) as [Result[], Result[]];
  const blocks = differences(before, after);
  const summary = blocks.length ? `${blocks.length} moved.` : `Nothing moved: ${after.length} results agree.`;
  return { text: `${[...blocks, summary].join('\n\n')}\n`, moved: blocks.length > 0 };
}
