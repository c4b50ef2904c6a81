import { parseArgs } from 'node:util';
import { type BackendName, compiledBackends, eagerBackends } from '@interlayer/runtime';
import type { Recipe } from './recipe';
import { recipes } from './recipes';

export interface TrainCommand {
  name: string;
  backend?: BackendName;
  threads?: number;
  out?: string;
  checkpoints?: string;
  resume: boolean;
  /** What the command line changes in the recipe. */
  overrides: Partial<Pick<Recipe, 'steps' | 'seed'>>;
}

export const help = (): string => `pnpm train <name> [options]

Retrains a model of this repository, with nothing but npm packages, and writes its data package.

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

function count(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(value)) throw new Error(`--${option} is ${value}; expected a positive whole number`);
  return Number(value);
}

/** @throws an Error that names the option and the values it accepts. */
export function parseOptions(args: string[]): TrainCommand | 'help' {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      steps: text,
      seed: text,
      out: text,
      checkpoints: text,
      backend: text,
      threads: text,
      resume: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  const [name] = positionals;
  const known = Object.keys(recipes).join(', ');
  if (positionals.length !== 1) throw new Error(`name one model to train (${known}); see pnpm train --help`);
  if (!Object.hasOwn(recipes, name))
    throw new Error(`there is no recipe ${JSON.stringify(name)}; expected one of ${known}`);
  const steps = count('steps', values.steps);
  const seed = count('seed', values.seed);
  const { out, checkpoints, resume = false } = values;
  return {
    name,
    out,
    checkpoints,
    resume,
    threads: count('threads', values.threads),
    // openRuntime checks the name and lists the valid ones.
    backend: values.backend as BackendName | undefined,
    overrides: { ...(steps && { steps }), ...(seed && { seed }) },
  };
}
