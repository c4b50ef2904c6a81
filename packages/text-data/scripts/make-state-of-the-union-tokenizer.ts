// Makes the tokenizers of the mini models:
//   npx tsx --conditions=@interlayer/source packages/text-data/scripts/make-state-of-the-union-tokenizer.ts packages/mini-gpt/tokenizer.json causal
//   npx tsx --conditions=@interlayer/source packages/text-data/scripts/make-state-of-the-union-tokenizer.ts packages/mini-bert/models/base/tokenizer.json masked
import { rename, writeFile } from 'node:fs/promises';
import { makeStateOfTheUnionTokenizer } from '../src/state-of-the-union-tokenizer';

const [path, objective] = process.argv.slice(2);
if (!path || (objective !== 'causal' && objective !== 'masked'))
  throw new Error(
    'Name the file and the objective: make-state-of-the-union-tokenizer.ts <tokenizer.json> causal|masked',
  );
const json = await makeStateOfTheUnionTokenizer({ addSpecialTokens: objective === 'masked' });
await writeFile(`${path}.part`, `${JSON.stringify(json, null, 1)}\n`);
await rename(`${path}.part`, path);
