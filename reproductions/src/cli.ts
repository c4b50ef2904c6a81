import { readFileSync, rmSync } from 'node:fs';
import { cpus, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { miniGptFolder } from './geva-2021/mini-gpt';
import { readAccepted, writeAccepted } from './harness/accepted';
import { hashFolder } from './harness/artefacts';
import { canonicalJson, sha256 } from './harness/canonical-json';
import { type CataloguedClaim, readCatalogue, workspace } from './harness/catalogue';
import { consoleTable, verdictLines } from './harness/console-table';
import { dryRun } from './harness/dry-run';
import { exitCode } from './harness/exit-code';
import { givenModel } from './harness/model-folder';
import { EXIT_CODES, help, type Options, parseOptions } from './harness/options';
import { papers } from './harness/papers';
import { progress } from './harness/progress';
import { lockfileHash, provenanceOf, sourceHash } from './harness/provenance';
import { reportHtml } from './harness/report-html';
import { composeReport, reportJson } from './harness/report-json';
import { reportMarkdown } from './harness/report-md';
import type { StoredResult } from './harness/result-schema';
import { fingerprintOf, finishedResult, resultFile } from './harness/resume';
import { runClaims } from './harness/run-claims';
import { readRunRecord, runRecordFile } from './harness/run-record';
import { selectClaims } from './harness/select-claims';
import { UsageError } from './harness/usage-error';
import { writeAtomically } from './harness/write-atomically';

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(help());
    return EXIT_CODES.asAccepted;
  }
  const catalogue = await readCatalogue();
  const wanted = selectClaims(
    catalogue.map(({ claim }) => claim),
    options,
  );
  const claims = catalogue.filter(({ claim }) => wanted.includes(claim));
  const accepted = readAccepted(join(workspace, 'accepted'), options.scale);
  if (options.dryRun) {
    process.stdout.write(dryRun(wanted, accepted, options.scale));
    return EXIT_CODES.asAccepted;
  }
  if (options.smoke)
    for (const { id } of papers)
      if (!catalogue.some(({ claim }) => claim.id.startsWith(`${id}/`))) say(`${id} has no claim yet`);
  return await measure(options, catalogue, claims, accepted);
}

/** Where text for people goes: standard output belongs to the report under --json. */
const say = (text: string) => process.stderr.write(`${text}\n`);

async function measure(
  options: Options,
  catalogue: readonly CataloguedClaim[],
  claims: readonly CataloguedClaim[],
  accepted: ReturnType<typeof readAccepted>,
): Promise<number> {
  const began = performance.now();
  // A package manager runs this at the root of the repository; paths are meant from where the user stands.
  const here = process.env.INIT_CWD ?? '.';
  const out = resolve(here, options.out);
  const given = options.model === undefined ? undefined : await givenModel(options.model, here);
  const model = given?.folder;
  const print = options.json ? say : (text: string) => process.stdout.write(`${text}\n`);
  const artefacts = hashFolder(model ?? miniGptFolder() ?? 'absent', model ? 'model' : 'mini-gpt');
  const threads = options.threads ?? cpus().length;
  const settings = {
    scale: options.scale,
    seed: options.seed,
    sample: options.sample ?? null,
    backend: options.backend ?? 'fastest here',
    threads,
    model: model ?? null,
    sourceHash: sourceHash(),
    lockfileHash: lockfileHash(),
    artefacts,
  };
  const fingerprints = Object.fromEntries(claims.map(({ claim }) => [claim.id, fingerprintOf(claim, settings)]));
  const stored = new Map<string, StoredResult>();
  const read = (id: string) => finishedResult(out, id, fingerprints[id]!);
  if (!options.resume) rmSync(runRecordFile(out), { force: true });
  for (const { claim } of claims) {
    const earlier = options.resume ? read(claim.id) : undefined;
    if (earlier) stored.set(claim.id, earlier);
    else rmSync(resultFile(out, claim.id), { force: true });
  }
  if (stored.size) say(`resumed: ${stored.size} of ${claims.length} claims were finished already`);
  const comparesWithAccepted = options.scale === 'mini' && options.sample === undefined;
  const left = claims.filter(({ claim }) => !stored.has(claim.id));
  const expected = Object.fromEntries(
    left.map(({ claim }) => [claim.id, accepted.claims[claim.id]?.seconds ?? claim.budget.seconds]),
  );
  const bar = progress(expected);
  const failures: string[] = [];
  const interrupt = () => {
    bar.clear();
    say(
      `\nStopped. ${stored.size} of ${claims.length} claims are finished; the same command with --resume does the rest.`,
    );
    // Results are written whole or not at all, so the process that measures can be left to end with this one.
    process.exit(EXIT_CODES.interrupted);
  };
  if (left.length > 0) {
    process.prependListener('SIGINT', interrupt);
    process.prependListener('SIGTERM', interrupt);
    await runClaims({
      claims: left,
      run: {
        context: {
          scale: options.scale,
          seed: options.seed,
          model,
          backend: options.backend,
          threads: options.threads,
          work: { folder: join(out, 'work'), key: sha256(canonicalJson(settings)), resume: options.resume },
          sample: options.sample,
        },
        out,
        fingerprints,
        accepted: Object.fromEntries(Object.entries(accepted.claims).map(([id, { verdict }]) => [id, verdict])),
        comparesWithAccepted,
      },
      onStart: bar.start,
      onProgress: bar.advance,
      onClaim(id, errors) {
        const result = read(id);
        bar.finish(id, result?.runtime.seconds);
        if (!result) {
          failures.push(`${id} gave no result: ${errors.join('; ') || 'stopped'}`);
          return;
        }
        stored.set(id, result);
        for (const line of verdictLines(result.result)) print(line);
        if (result.runtime.overBudget) failures.push(result.runtime.overBudget);
      },
      onError: (message) => failures.push(message),
    });
    bar.clear();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
  const record = readRunRecord(out);
  const report = composeReport({
    scale: options.scale,
    provenance: provenanceOf({
      scale: options.scale,
      seed: options.seed,
      sample: settings.sample,
      ...(given ? { model: given.name } : {}),
      backend: settings.backend,
      threads,
      engine: record.engine,
      artefacts: { ...artefacts, ...record.artefacts },
      claims: Object.fromEntries(
        claims.map(({ claim, file }) => [claim.id, sha256(readFileSync(join(workspace, file)))]),
      ),
    }),
    claims: claims.map(({ claim }) => claim),
    catalogue: catalogue.map(({ claim }) => claim),
    stored,
    accepted: accepted.claims,
    comparesWithAccepted,
    runtime: {
      finished: new Date().toISOString(),
      seconds: Math.round((performance.now() - began) / 100) / 10,
      host: hostname(),
    },
  });
  const json = reportJson(report);
  writeAtomically(join(out, 'report.json'), json);
  writeAtomically(join(out, 'report.html'), reportHtml(report));
  writeAtomically(join(out, 'report.md'), reportMarkdown(report));
  if (options.json) process.stdout.write(json);
  else print(`\n${consoleTable(report)}`);
  say(`report: ${join(out, 'report.html')}`);
  for (const failure of failures) say(`error: ${failure}`);
  if (options.updateAccepted) {
    const file = writeAccepted(join(workspace, 'accepted'), options.scale, [...stored.values()], options.reason!);
    say(`accepted verdicts written to ${file}`);
  }
  const counted = { failures, wanted: claims.length, updated: options.updateAccepted, comparesWithAccepted };
  return exitCode(report, counted);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(error instanceof UsageError ? `error: ${error.message}` : String((error as Error).stack ?? error));
  process.exitCode = EXIT_CODES.cannotRun;
}
// Nothing that a claim left behind is waited for; what was written before is out when this is.
process.stdout.write('', () => process.exit());
