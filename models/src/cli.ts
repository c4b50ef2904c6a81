import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { miniBertFolder } from '@interlayer/mini-bert';
import { miniGptFolder } from '@interlayer/mini-gpt';
import { openRuntime } from '@interlayer/runtime';
import { loadTokenizer } from '@interlayer/tokenizer';
import { latestCheckpoint } from '@interlayer/training';
import { stateOfTheUnionCorpus } from './corpus';
import { help, parseOptions } from './options';
import { packageFolder, writeMiniBertReadme } from './package-folder';
import { changed } from './recipe';
import { recipes } from './recipes';
import { trainRecipe } from './train-recipe';

const root = resolve(fileURLToPath(import.meta.url), '../../..');

async function main(args: string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === 'help') {
    process.stdout.write(help());
    return 0;
  }
  const { name, out, resume, backend, threads } = options;
  const recipe = changed(recipes[name], options);
  const masked = recipe.objective === 'masked';
  // All models share one vocabulary; only the masked ones have [CLS] and [SEP] put around a text.
  const tokenizer = masked ? miniBertFolder() : miniGptFolder();
  const from = process.env.INIT_CWD ?? process.cwd();
  const checkpoints = options.checkpoints ? resolve(from, options.checkpoints) : resolve(root, 'out', 'train', name);
  const earlier = resume ? undefined : latestCheckpoint(checkpoints);
  if (earlier)
    throw new Error(
      `${checkpoints} holds a run of ${earlier.step} steps; continue it with --resume, or name another folder with --checkpoints`,
    );
  const controller = new AbortController();
  // Only once: a second Ctrl-C ends the process immediately, which a resumable run survives too.
  process.once('SIGINT', () => controller.abort());
  process.once('SIGTERM', () => controller.abort());
  const runtime = await openRuntime({ backend, threads });
  try {
    const { finished } = await trainRecipe(recipe, {
      runtime,
      corpus: await stateOfTheUnionCorpus(await loadTokenizer(tokenizer)),
      tokenizer,
      out: out ? resolve(from, out) : packageFolder(recipe),
      checkpoints,
      resume,
      signal: controller.signal,
      stream: process.stderr,
    });
    if (!finished) {
      process.stderr.write(`to resume: pnpm train ${args.filter((arg) => arg !== '--resume').join(' ')} --resume\n`);
      return 130;
    }
    if (masked && !out) writeMiniBertReadme();
    return 0;
  } finally {
    await runtime.dispose();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { stack, message } = error as Error;
  process.stderr.write(`${process.env.DEBUG ? stack : message}\n`);
  process.exitCode = 1;
}
