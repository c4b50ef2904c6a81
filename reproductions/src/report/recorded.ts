import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { z } from 'zod';
import { needsNoSubject, parseAs } from '../claim/schema';
import { significanceOf } from '../claim/significance';
import { workspace } from '../folders';
import type { Options } from '../run/options';
import type { ProvenanceInput } from '../run/provenance';
import { subjects } from '../subjects';
import { pairSchema, type Report, type ReportedPair } from './report';

const subjectSchema = z.strictObject({ id: z.string(), name: z.string() });
const recordingSchema = z.strictObject({
  schemaVersion: z.literal(1),
  subject: subjectSchema,
  claims: z.array(
    pairSchema.extend({ recorded: z.strictObject({ day: z.iso.date(), command: z.string(), provenance: z.string() }) }),
  ),
});

/** Results of a subject that not every machine has, each with the day, the command and the provenance hash of its run. */
export type Recording = z.infer<typeof recordingSchema>;
export type RecordedPair = Recording['claims'][number];

const folderOfAll = join(workspace, 'reports');

/** A model's name on the hub, or else the last part of its folder: the way to it is that of one machine. */
const withoutPath = (name: string): string =>
  /^[\w-][\w.-]*\/[\w.-]+@\w+$/.test(name) ? name : (name.split(/[\\/]/).filter(Boolean).at(-1) ?? name);

const quoted = (text: string): string => (/^[\w./@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

type Settings = Pick<
  Options,
  | 'scale'
  | 'model'
  | 'task'
  | 'fraction'
  | 'paper'
  | 'only'
  | 'backend'
  | 'threads'
  | 'sample'
  | 'seed'
  | 'smoke'
  | 'withGlue'
  | 'thorough'
>;

/** The command that measures a subject again: the options that decide results, and no folder of this machine. */
export function commandOf(settings: Partial<Settings>, { id, name }: Recording['subject']): string {
  const { model, scale, task, fraction, paper, only, backend, threads, seed, sample, smoke, withGlue, thorough } =
    settings;
  const values = {
    ...(model !== undefined ? { model: withoutPath(name) } : needsNoSubject(id) ? {} : { subject: id }),
    ...(scale === 'paper' ? { scale } : {}),
    ...{ task, fraction: fraction === 1 ? undefined : fraction },
    ...{ paper, only, backend, threads, seed: seed === 1 ? undefined : seed, sample },
  };
  const given = Object.entries(values).flatMap(([name, value]) =>
    [value ?? []].flat().map((each) => `--${name} ${quoted(String(each))}`),
  );
  const flags = { '--smoke': smoke, '--with-glue': withGlue, '--thorough': thorough };
  return ['pnpm reproduce', ...given, ...Object.entries(flags).flatMap(([flag, on]) => (on ? [flag] : []))].join(' ');
}

/**
 * The command that measures one claim on one subject, with those that it follows from, as in a run with some seed and sample,
 * or as it was recorded.
 */
export function commandAlone(
  {
    claim,
    result: { scale },
    recorded,
  }: Pick<ReportedPair, 'claim' | 'result'> & Partial<Pick<RecordedPair, 'recorded'>>,
  subject: Recording['subject'],
  { seed, sample, reads }: Pick<ProvenanceInput, 'seed' | 'sample' | 'reads'>,
): string {
  const only = [claim.id, ...(claim.derivedFrom ?? [])];
  if (recorded) return [recorded.command.replace(/ --(paper|only) \S+| --smoke/g, ''), ...only].join(' --only ');
  const isNamed = needsNoSubject(scale) || subjects.some((each) => each.id === subject.id);
  const model = isNamed ? {} : { model: subject.name, ...(scale === 'paper' ? { scale } : {}) };
  return commandOf({ ...model, ...reads, only, seed, ...(sample === null ? {} : { sample }) }, subject);
}

function read(file: string): Recording | undefined {
  return existsSync(file) ? parseAs(recordingSchema, JSON.parse(readFileSync(file, 'utf8')), file) : undefined;
}

/** All recordings, in the order of the subjects' ids. */
export const readRecordings = (folder = folderOfAll): Recording[] =>
  (existsSync(folder) ? readdirSync(folder).sort() : []).flatMap((id) => read(join(folder, id, 'report.json')) ?? []);

/** Results of other settings than everyone's are a column of their own, which no default run replaces. */
const columnOf = (id: string, { withGlue, thorough, seed }: Options): string =>
  [
    id,
    ...(withGlue ? ['with-glue'] : []),
    ...(thorough ? ['thorough'] : []),
    ...(seed === 1 ? [] : ['seed', seed]),
  ].join('-');

/**
 * Writes the results of a report, a file for each subject; those of claims that this run did not measure stay as they are.
 * A subject that could not be measured at all is left alone.
 */
export function writeRecordings(report: Report, options: Options, folder = folderOfAll): string[] {
  return report.subjects.flatMap((subject) => {
    const recorded = {
      day: report.runtime.finished.slice(0, 10),
      command: commandOf(options, subject),
      provenance: report.provenance.hash,
    };
    const id = columnOf(subject.id, options);
    const fresh = report.claims
      .filter(({ result }) => result.subject === subject.id)
      .map(({ result, ...pair }) => ({
        ...pair,
        result: { ...result, subject: id, label: `${result.verdict} · ${id}` },
        recorded,
      }));
    if (fresh.every(({ result }) => result.verdict === 'not run')) return [];
    const file = join(folder, id, 'report.json');
    const kept = read(file)?.claims.filter(({ claim: { id } }) => !fresh.some(({ claim }) => claim.id === id)) ?? [];
    const claims = [...kept, ...fresh].sort((a, b) => (a.claim.id < b.claim.id ? -1 : 1));
    const significance = significanceOf(
      claims.map(({ claim: { timed }, result }) => ({ ...result, ...(timed ? { timed } : {}) })),
    );
    const recording = {
      schemaVersion: 1,
      subject: { id, name: withoutPath(subject.name) },
      claims: claims.map((pair, i) => ({ ...pair, significance: significance[i] ?? null })),
    };
    mkdirSync(dirname(file), { recursive: true });
    writeAtomicallySync(file, `${JSON.stringify(parseAs(recordingSchema, recording, file), null, 1)}\n`);
    return [file];
  });
}
