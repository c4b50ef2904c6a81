// Records the digest of the Rust library's ids and offsets of all addresses, in the vocabulary of the mini models:
//   npm install --prefix <folder> tokenizers@0.23.2
//   npx tsx --conditions=@interlayer/source packages/text-data/scripts/record-address-tokens.ts <folder>
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { stateOfTheUnion } from '../src/state-of-the-union';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Name the folder that has tokenizers@0.23.2 in its node_modules.');
const { Tokenizer } = createRequire(join(resolve(folder), 'package.json'))('tokenizers');
const tokenizer = Tokenizer.fromString(
  readFileSync(new URL('../../mini-bert/models/base/tokenizer.json', import.meta.url), 'utf8'),
);
const hash = createHash('sha256');
for (const { text } of await stateOfTheUnion()) {
  const encoding = await tokenizer.encode(text, null, { addSpecialTokens: false });
  // Not one character of the addresses is beyond U+FFFF, so code points are UTF-16 units.
  if ([...text].length !== text.length) throw new Error('Offsets have to be turned into UTF-16 units.');
  hash.update(JSON.stringify([encoding.getIds(), encoding.getOffsets()]));
}
writeFileSync(
  new URL('../test/fixtures/address-tokens.json', import.meta.url),
  `${JSON.stringify(
    {
      recipe: 'packages/text-data/scripts/record-address-tokens.ts with the npm package tokenizers 0.23.2',
      sha256: hash.digest('hex'),
    },
    null,
    2,
  )}\n`,
);
