import { parseArgs } from 'node:util';
import { type BackendName, compiledBackends, eagerBackends } from '@interlayer/runtime';
import { recipes } from './recipes';

export const help = (): string => `pnpm train <name> [options]

Retrains one of this repository's models and writes its data package. The only downloads are npm packages.

${Object.values(recipes)
  .map(({ name, description }) => `  ${name.padEnd(26)} ${description}`)
  .join('\n')}

  --steps <n>          number of steps, instead of the recipe's (the schedule adapts)
  --seed <n>           seed, instead of the recipe's
  --out <folder>       where to write the data (default: where they ship, in packages/)
  --checkpoints <dir>  where to write checkpoints and the log (default: out/train/<name>)
  --resume             resume from the newest checkpoint
  --backend <name>     ${[...compiledBackends, ...eagerBackends].join(', ')} (default: the fastest that works)
  --threads <n>        threads per operation (default: all cores)
  --help

Ctrl-C finishes the current step and writes a checkpoint. A run that is killed at any moment and resumed writes the same
bytes as an uninterrupted one.
`;

const string = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  steps: string,
  seed: string,
  out: string,
  checkpoints: string,
  resume: flag,
  backend: string,
  threads: string,
  help: { ...flag, short: 'h' },
} as const;

/** @throws an Error that names the option and the values it accepts. */
export function parseOptions(args: string[]) {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) return 'help';
  const [name] = positionals;
  const known = Object.keys(recipes).join(', ');
  if (positionals.length !== 1) throw new Error(`name one model to train (${known}); see pnpm train --help`);
  if (!Object.hasOwn(recipes, name))
    throw new Error(`there is no recipe ${JSON.stringify(name)}; expected one of ${known}`);
  const count = (option: 'steps' | 'seed' | 'threads') => {
    const value = values[option];
    if (value !== undefined && !/^[1-9]\d*$/.test(value))
      throw new Error(`--${option} is ${value}; expected a positive whole number`);
    return value === undefined ? undefined : Number(value);
  };
  return {
    name,
    steps: count('steps'),
    seed: count('seed'),
    out: values.out,
    checkpoints: values.checkpoints,
    resume: values.resume ?? false,
    // openRuntime checks the name and lists the valid ones.
    backend: values.backend as BackendName | undefined,
    threads: count('threads'),
  };
}
