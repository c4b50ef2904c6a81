import { reportRun } from '../report/report-run';
import type { Subject } from '../subjects/subject';
import { readAccepted, writeAccepted } from './accepted';
import { readCatalogue } from './catalogue';
import { dryRun } from './dry-run';
import { exitCode } from './exit-code';
import { givenModel } from './given-model';
import { lock } from './lock';
import { onTask } from './on-task';
import { EXIT_CODES, type Options } from './options';
import { outputFolder } from './output-folder';
import { planPairs } from './plan';
import { say } from './say';
import { measureAll } from './session';

/**
 * Measures the chosen claims, prints verdicts and writes the report.
 *
 * @param here the folder that the user's paths start from
 * @param began when the command started, as `performance.now()`
 * @returns the exit code
 */
export async function reproduce(options: Options, here: string, began: number): Promise<number> {
  const catalogue = await readCatalogue();
  for (const file of catalogue.broken) say(`error: ${file}`);
  const given = await givenSubject(options, here);
  const pairs = planPairs(catalogue.claims, options, given);
  if (options.dryRun) {
    process.stdout.write(dryRun(pairs, readAccepted));
    return EXIT_CODES.asAccepted;
  }
  const out = outputFolder(options.out, here, pairs);
  const unlock = lock(out);
  try {
    const print = options.json ? say : (text: string) => void process.stdout.write(`${text}\n`);
    const { stored, failures } = await measureAll(pairs, options, { out, ...(given ? { given } : {}), print });
    const report = reportRun({ options, catalogue, pairs, stored, out, print, began });
    if (failures.length) say(`error: see the ${failures.length === 1 ? 'error' : `${failures.length} errors`} above`);
    if (options.updateAccepted)
      for (const file of writeAccepted([...stored.values()], options.reason!))
        say(`accepted verdicts written to ${file}`);
    return exitCode(report.claims, {
      failures: [...failures, ...catalogue.broken],
      wanted: pairs.length,
      updated: options.updateAccepted,
      named: given !== undefined || options.subject.length > 0,
    });
  } finally {
    unlock();
  }
}

/** The checkpoint that --model names, on the texts of --task. */
async function givenSubject({ model, scale, task, fraction }: Options, here: string): Promise<Subject | undefined> {
  if (model === undefined) return undefined;
  const subject = await givenModel(model, here, scale);
  return task === undefined ? subject : onTask(subject, task, fraction!);
}
