import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { paperOf, type StoredResult, variantsOf } from '../claim/schema';
import { workspace } from '../folders';
import { readAccepted } from '../run/accepted';
import { sha256 } from '../run/canonical-json';
import type { Catalogue } from '../run/catalogue';
import { modelFiles } from '../run/fingerprint';
import type { Options } from '../run/options';
import type { Pair } from '../run/plan';
import { provenanceOf } from '../run/provenance';
import { say } from '../run/say';
import { comparesWithAccepted } from '../run/session';
import { UsageError } from '../run/usage-error';
import { consoleTable } from './console';
import { reportHtml } from './html';
import { reportMarkdown } from './markdown';
import { readRecordings, writeRecordings } from './recorded';
import { composeReport, type Report, readCalibration, reportJson } from './report';
import { summaryOf } from './summary';

interface Run {
  options: Options;
  catalogue: Catalogue;
  pairs: readonly Pair[];
  stored: ReadonlyMap<string, StoredResult>;
  out: string;
  print(text: string): void;
  /** When the run began, in milliseconds of the process's clock. */
  began: number;
}

/** Writes the three reports of a run, and prints its table. Pairs without a result (an interrupted run) are left out. */
export function reportRun({ options, catalogue, pairs, stored, out, print, began }: Run): Report {
  const subjects = [...new Set(pairs.flatMap(({ subject }) => subject ?? []))];
  const measured = pairs.flatMap(({ key, claim, subjectId }) => {
    const result = stored.get(key);
    const accepted = readAccepted(subjectId).claims[claim.record.id];
    return result ? [{ claim: claim.record, stored: result, ...(accepted ? { accepted } : {}) }] : [];
  });
  const report = composeReport({
    provenance: provenanceOf(
      {
        seed: options.seed,
        sample: options.sample ?? null,
        glue: options.withGlue,
        thorough: options.thorough,
        reads: subjects.find(({ reads }) => reads)?.reads ?? null,
        subjects: subjects.map(({ id, name = id }) => name),
        backend: options.backend ?? 'fastest here',
        threads: options.threads ?? null,
        claims: Object.fromEntries(
          pairs.map(({ claim: { record, file } }) => [record.id, sha256(readFileSync(join(workspace, file)))]),
        ),
        models: Object.assign(
          {},
          ...pairs.flatMap(({ subject, claim }) =>
            subject ? [modelFiles(subject, ['base', ...variantsOf(claim.record.needs, subject.variants)])] : [],
          ),
        ),
      },
      measured.map((each) => each.stored),
    ),
    subjects: subjects.map(({ id, name = id }) => ({ id, name })),
    measured,
    comparesWithAccepted: comparesWithAccepted(options),
    papersWithClaims: new Set(catalogue.claims.map(({ record }) => paperOf(record.id))),
    calibration: readCalibration(),
    runtime: {
      finished: new Date().toISOString(),
      seconds: Math.round((performance.now() - began) / 100) / 10,
      host: hostname(),
    },
  });
  const json = reportJson(report);
  const summary = summaryOf(report, readRecordings());
  writeReports(out, { json, html: reportHtml(summary), md: reportMarkdown(summary) });
  if (options.json) process.stdout.write(json);
  else print(`\n${consoleTable(summary)}`);
  if (options.record)
    say(`recorded: ${writeRecordings(report, options).join(', ') || 'nothing, as nothing was measured'}`);
  say(`report: ${join(out, 'report.html')}`);
  return report;
}

function writeReports(out: string, texts: Record<'json' | 'html' | 'md', string>): void {
  try {
    for (const [extension, text] of Object.entries(texts)) writeAtomicallySync(join(out, `report.${extension}`), text);
  } catch (error) {
    throw new UsageError(
      `The report cannot be written to ${out} (${(error as Error).message}). All results are kept there; once it can be written, the same command with --resume makes the report.`,
    );
  }
}
