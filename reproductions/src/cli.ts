import { exitCodeOfError } from './run/exit-code';
import { EXIT_CODES, help, parseOptions } from './run/options';

/** Loads what a command needs when it needs it: models and analyses take seconds. */
async function main(args: readonly string[]): Promise<number> {
  const began = performance.now();
  // A package manager runs this at the root of the repository; paths are meant from where the user is.
  const here = process.env.INIT_CWD ?? '.';
  if (args[0] === 'diff') {
    const { diffReports } = await import('./report/diff');
    const { text, moved } = diffReports(args.slice(1), here);
    process.stdout.write(text);
    return moved ? EXIT_CODES.changed : EXIT_CODES.asAccepted;
  }
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(help());
    return EXIT_CODES.asAccepted;
  }
  const { reproduce } = await import('./run/reproduce');
  return reproduce(options, here, began);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = exitCodeOfError(error);
}
// Nothing that a claim left behind is waited for; what was written before is out when this is.
process.stdout.write('', () => process.exit());
