import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { textCorpus } from '@interlayer/text-data';
import { addressesOf } from '../../../materials/corpus';
import { type Bench, material } from '../../../materials/material';
import { sharedData } from '../../../subjects/shared-data';

interface Texts {
  /** What it is, in words. */
  name: string;
  /** Read by the models. */
  held: string[];
  /** Other text of the same kind, which says what words go together. */
  reference: string[];
}

const WIKIPEDIA = ['wiki-featured-good/valid.txt.gz', 'wiki-featured-good/train-12-of-13.txt.gz'] as const;
/** Text of every so many training addresses is enough to count words. */
const ADDRESSES = 8;

/**
 * What models are asked to read: shipped ones the held-out addresses of their corpus, others articles of Wikipedia where those
 * are at hand.
 */
export const texts = material<Texts>({
  name: 'texts',
  needs: [],
  shared: true,
  async make(bench) {
    const [held, reference] = WIKIPEDIA.map((name) => sharedData('text', name));
    if (bench.scale !== 'mini' && [held, reference].every((path) => existsSync(path!)))
      return {
        name: 'featured articles of Wikipedia',
        held: await articlesOf(held!, bench),
        reference: await articlesOf(reference!, bench),
      };
    const train = await addressesOf('train', bench);
    return {
      name: 'State of the Union addresses',
      held: (await addressesOf('test', bench)).map(({ text }) => text),
      reference: train.filter((_, i) => i % ADDRESSES === 0).map(({ text }) => text),
    };
  },
});

/** A file of articles, each below a heading of its own: " = Title = ". */
async function articlesOf(path: string, bench: Bench): Promise<string[]> {
  let text = '';
  for await (const document of textCorpus(path)) text += document.text;
  bench.artefact(path.split('/').at(-1)!, createHash('sha256').update(text).digest('hex'));
  return text
    .split(/^ = .+ = $/m)
    .map((article) => article.replace(/\s*\n\s*/g, '\n').trim())
    .filter(Boolean);
}
