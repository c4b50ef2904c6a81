import { diffReports } from './report/diff';
import { reportRun } from './report/report-run';
import { readAccepted, writeAccepted } from './run/accepted';
import { readCatalogue } from './run/catalogue';
import { dryRun } from './run/dry-run';
import { exitCode, exitCodeOfError } from './run/exit-code';
import { givenModel } from './run/given-model';
import { EXIT_CODES, help, parseOptions } from './run/options';
import { outputFolder } from './run/output-folder';
import { planPairs } from './run/plan';
import { say } from './run/say';
import { measureAll } from './run/session';

async function main(args: readonly string[]): Promise<number> {
  const began = performance.now();
  // A package manager runs this at the root of the repository; paths are meant from where the user is.
  const here = process.env.INIT_CWD ?? '.';
  if (args[0] === 'diff') {
    const { text, moved } = diffReports(args.slice(1), here);
    process.stdout.write(text);
    return moved ? EXIT_CODES.changed : EXIT_CODES.asAccepted;
  }
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(help());
    return EXIT_CODES.asAccepted;
  }
  const catalogue = await readCatalogue();
  for (const file of catalogue.broken) say(`error: ${file}`);
  const given = options.model === undefined ? undefined : await givenModel(options.model, here, options.scale);
  const pairs = planPairs(catalogue.claims, options, given);
  if (options.dryRun) {
    process.stdout.write(dryRun(pairs, readAccepted));
    return EXIT_CODES.asAccepted;
  }
  const out = outputFolder(options.out, here, pairs);
  const print = options.json ? say : (text: string) => void process.stdout.write(`${text}\n`);
  const { stored, failures } = await measureAll(pairs, options, { out, ...(given ? { given } : {}), print });
  const report = reportRun({ options, catalogue, pairs, stored, out, print, began });
  for (const failure of failures) say(`error: ${failure}`);
  if (options.updateAccepted)
    for (const file of writeAccepted([...stored.values()], options.reason!))
      say(`accepted verdicts written to ${file}`);
  return exitCode(report.claims, {
    failures: [...failures, ...catalogue.broken],
    wanted: pairs.length,
    updated: options.updateAccepted,
    named: given !== undefined || options.subject.length > 0,
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = exitCodeOfError(error);
}
// Nothing that a claim left behind is waited for; what was written before is out when this is.
process.stdout.write('', () => process.exit());
