import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from './write-atomically';

/** What only the measuring process knows about a run: what computed, and what it read. */
const recordSchema = z.strictObject({
  engine: z
    .strictObject({
      backend: z.string(),
      engine: z.string(),
      eager: z.string(),
      threads: z.number(),
      device: z.string(),
      versions: z.record(z.string(), z.string()),
    })
    .nullable(),
  artefacts: z.record(z.string(), z.string()),
});

export type RunRecord = z.infer<typeof recordSchema>;

const record: RunRecord = { engine: null, artefacts: {} };

/** Notes the engine that was opened. */
export function recordEngine(engine: NonNullable<RunRecord['engine']>): void {
  const { backend, engine: name, eager, threads, device, versions } = engine;
  record.engine = { backend, engine: name, eager, threads, device, versions };
}

/** Notes the sha256 of something that was read. */
export function recordArtefact(name: string, sha256: string): void {
  record.artefacts[name] = sha256;
}

export const runRecordFile = (out: string): string => join(out, 'results', 'run.json');

/** Writes the record beside the results; a run that opened nothing leaves that of the run it resumes. */
export function writeRunRecord(out: string): void {
  if (record.engine || !existsSync(runRecordFile(out)))
    writeAtomically(runRecordFile(out), `${JSON.stringify(record, null, 1)}\n`);
}

/** The record of the runs that made the results in a folder. */
export function readRunRecord(out: string): RunRecord {
  const file = runRecordFile(out);
  if (!existsSync(file)) return { engine: null, artefacts: {} };
  const parsed = recordSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} is not the record of a run:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
