// Makes the tokenizer of the mini models:
//   npx tsx --conditions=@interlayer/source packages/text-data/scripts/make-state-of-the-union-tokenizer.ts packages/mini-gpt/tokenizer.json
import { rename, writeFile } from 'node:fs/promises';
import { makeStateOfTheUnionTokenizer } from '../src/state-of-the-union-tokenizer';

const path = process.argv[2];
if (!path) throw new Error('Name the file to write: make-state-of-the-union-tokenizer.ts <tokenizer.json>');
await writeFile(`${path}.part`, `${JSON.stringify(await makeStateOfTheUnionTokenizer(), null, 1)}\n`);
await rename(`${path}.part`, path);
