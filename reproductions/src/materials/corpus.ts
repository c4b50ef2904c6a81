import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type Address, splitByAddress, stateOfTheUnion, textCorpus } from '@interlayer/text-data';
import type { Scale } from '../claim/schema';
import { sharedData } from '../subjects/shared-data';
import type { Specimen } from '../subjects/specimen';
import type { Bench } from './material';

const NAMES = { train: 'train addresses', valid: 'validation addresses', test: 'held-out addresses' };
type Split = keyof typeof NAMES;

/** The addresses of one split of the State of the Union corpus; their sha256 is noted. */
export async function addressesOf(split: Split, bench: Bench): Promise<Address[]> {
  const addresses = splitByAddress(await stateOfTheUnion())[split];
  const hash = createHash('sha256').update(addresses.map(({ id, text }) => `${id}\n${text}\n`).join(''));
  bench.artefact(NAMES[split], hash.digest('hex'));
  return addresses;
}

const ARTICLES: Record<Split, string> = { train: 'train-12-of-13', valid: 'test', test: 'valid' };
const articleFile = (split: Split): string => sharedData('text', 'wiki-featured-good', `${ARTICLES[split]}.txt.gz`);

/** Language models from outside read Wikipedia, where it is at hand. */
const readsArticles = ({ kind }: Pick<Specimen, 'kind'>, scale: Scale): boolean =>
  kind === 'causal' &&
  scale !== 'mini' &&
  Object.keys(ARTICLES).every((split) => existsSync(articleFile(split as Split)));

/** What the texts that a model reads are, in words. */
export const textName = (specimen: Pick<Specimen, 'kind'>, scale: Scale): string =>
  readsArticles(specimen, scale) ? 'featured articles of Wikipedia' : 'State of the Union addresses';

/** The texts of one split that a model reads: see {@link textName}. Their sha256 is noted. */
export async function textsOf(split: Split, bench: Bench): Promise<{ text: string }[]> {
  if (!readsArticles(await bench.specimen(), bench.scale)) return addressesOf(split, bench);
  return (await articlesOf(articleFile(split), bench)).map((text) => ({ text }));
}

/** A file of articles, each below a heading of its own: " = Title = ". */
export async function articlesOf(path: string, bench: Bench): Promise<string[]> {
  let text = '';
  for await (const document of textCorpus(path)) text += document.text;
  bench.artefact(path.split('/').at(-1)!, createHash('sha256').update(text).digest('hex'));
  return text
    .split(/^ = .+ = $/m)
    .map((article) => article.replace(/\s*\n\s*/g, '\n').trim())
    .filter(Boolean);
}
