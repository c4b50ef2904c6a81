// Records what the Rust library makes of the small tokenizers of test/reference:
//   npm install --prefix <folder> tokenizers@0.23.2
//   npx tsx --conditions=@interlayer/source packages/tokenizer/scripts/record-small-tokenizers.ts <folder>
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { digest, RANDOM, type Recorded, type Recording } from '../test/reference/recorded';
import { smallTokenizers } from '../test/reference/small-tokenizers';
import { randomSamples, type Sample, samples } from '../test/reference/texts';

interface RustEncoding {
  getIds(): number[];
  getTypeIds(): number[];
  getSpecialTokensMask(): number[];
  getOffsets(): [number, number][];
  getSequenceIds(): (number | null)[];
}
interface RustTokenizer {
  encode(text: string, pair: string | null, options: { addSpecialTokens: boolean }): Promise<RustEncoding>;
  decode(ids: number[], skipSpecialTokens: boolean): Promise<string>;
}

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Name the folder that has tokenizers@0.23.2 in its node_modules.');
const { Tokenizer } = createRequire(join(resolve(folder), 'package.json'))('tokenizers') as {
  Tokenizer: { fromString(json: string): RustTokenizer };
};

/** The UTF-16 unit at which each code point begins, and the end. */
function units(text: string): number[] {
  const result = [0];
  for (const character of text) result.push(result.at(-1)! + character.length);
  return result;
}

async function record(tokenizer: RustTokenizer, { text, pair, addSpecialTokens = true }: Sample): Promise<Recorded> {
  const encoding = await tokenizer.encode(text, pair ?? null, { addSpecialTokens });
  const ids = encoding.getIds();
  const sequences = encoding.getSequenceIds();
  const [first, second] = [units(text), units(pair ?? '')];
  return {
    ids,
    types: encoding.getTypeIds(),
    special: encoding.getSpecialTokensMask(),
    offsets: encoding.getOffsets().map(([start, end], i) => {
      const places = sequences[i] === 1 ? second : first;
      return [places[start]!, places[end]!];
    }),
    decoded: await tokenizer.decode(ids, false),
    decodedWithoutSpecial: await tokenizer.decode(ids, true),
  };
}

const recording: Recording = {
  recipe:
    'packages/tokenizer/scripts/record-small-tokenizers.ts with the npm package tokenizers 0.23.2; offsets in UTF-16 units',
  tokenizers: {},
};
for (const [name, json] of Object.entries(smallTokenizers)) {
  const tokenizer = Tokenizer.fromString(JSON.stringify(json));
  const encodings: (Sample & Recorded)[] = [];
  for (const sample of samples) encodings.push({ ...sample, ...(await record(tokenizer, sample)) });
  const random: Recorded[] = [];
  for (const sample of randomSamples(RANDOM.count, RANDOM.seed)) random.push(await record(tokenizer, sample));
  recording.tokenizers[name] = { encodings, random: digest(random) };
}
const lines = Object.entries(recording.tokenizers).map(
  ([name, { encodings, random }]) =>
    `    ${JSON.stringify(name)}: {\n      "encodings": [\n${encodings.map((one) => `        ${JSON.stringify(one)}`).join(',\n')}\n      ],\n      "random": "${random}"\n    }`,
);
writeFileSync(
  new URL('../test/fixtures/small-tokenizers.json', import.meta.url),
  `{\n  "recipe": ${JSON.stringify(recording.recipe)},\n  "tokenizers": {\n${lines.join(',\n')}\n  }\n}\n`,
);
