import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { miniBertFolder } from '@interlayer/mini-bert';
import { miniGptFolder } from '@interlayer/mini-gpt';
import { openRuntime } from '@interlayer/runtime';
import { createTokenizer } from '@interlayer/tokenizer';
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
  const { name, backend, threads, resume } = options;
  const recipe = changed(recipes[name], options.overrides);
  const from = process.env.INIT_CWD ?? process.cwd();
  const out = options.out ? resolve(from, options.out) : packageFolder(recipe);
  const checkpoints = options.checkpoints ? resolve(from, options.checkpoints) : resolve(root, 'out', 'train', name);
  // All models share one vocabulary; only the masked ones have [CLS] and [SEP] put around a text.
  const tokenizer = join(recipe.objective === 'masked' ? miniBertFolder() : miniGptFolder(), 'tokenizer.json');
  const controller = new AbortController();
  // Only once: a second Ctrl-C ends the process immediately, which a resumable run survives too.
  process.once('SIGINT', () => controller.abort());
  process.once('SIGTERM', () => controller.abort());
  const runtime = await openRuntime({ backend, threads });
  try {
    const { signal } = controller;
    const { finished } = await trainRecipe(recipe, {
      runtime,
      out,
      checkpoints,
      resume,
      signal,
      stream: process.stderr,
      tokenizer,
      corpus: await stateOfTheUnionCorpus(createTokenizer(JSON.parse(readFileSync(tokenizer, 'utf8')))),
    });
    if (finished) {
      if (recipe.objective === 'masked' && !options.out) writeMiniBertReadme();
      return 0;
    }
    process.stderr.write(`to resume: pnpm train ${args.filter((arg) => arg !== '--resume').join(' ')} --resume\n`);
    return 130;
  } finally {
    await runtime.dispose();
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`${process.env.DEBUG ? error.stack : error.message}\n`);
    process.exitCode = 1;
  },
);
