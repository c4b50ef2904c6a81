import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { addressesOf, articlesOf } from '../../../materials/corpus';
import { material } from '../../../materials/material';
import { sharedData } from '../../../subjects/shared-data';
import { collocations, likelyExpressions } from '../expressions';
import type { Expression } from '../pair-categories';
import { readTreebank } from '../treebank';

export interface Texts {
  /** What it is, in words. */
  name: string;
  /** Read by the models. */
  held: string[];
  /** Names and fixed expressions in each of these: annotated, or likely ones. */
  expressions: Expression[][];
  annotated: boolean;
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
      return withLikelyExpressions({
        name: 'featured articles of Wikipedia',
        held: await articlesOf(held!, bench),
        reference: await articlesOf(reference!, bench),
      });
    const train = await addressesOf('train', bench);
    return withLikelyExpressions({
      name: 'State of the Union addresses',
      held: (await addressesOf('test', bench)).map(({ text }) => text),
      reference: train.filter((_, i) => i % ADDRESSES === 0).map(({ text }) => text),
    });
  },
});

function withLikelyExpressions(texts: Pick<Texts, 'name' | 'held' | 'reference'>): Texts {
  const known = collocations(texts.reference);
  return { ...texts, expressions: texts.held.map((text) => likelyExpressions(text, known)), annotated: false };
}

/** Texts whose names and expressions are annotated, for models outside of the repository and where they are at hand; else `texts`. */
export const annotatedTexts = material<Texts>({
  name: 'annotated texts',
  needs: [],
  shared: true,
  uses: [texts],
  async make(bench) {
    const paths = ['dev', 'train'].map((part) => sharedData('ud', 'UD_English-EWT', `en_ewt-ud-${part}.conllu.gz`));
    if (bench.scale === 'mini' || !paths.every((path) => existsSync(path))) return bench.get(texts);
    const [held, reference] = paths.map((path) => {
      bench.artefact(path.split('/').at(-1)!, createHash('sha256').update(readFileSync(path)).digest('hex'));
      return readTreebank(path);
    });
    return {
      name: 'UD English EWT',
      held: held!.map(({ text }) => text),
      expressions: held!.map(({ expressions }) => expressions),
      annotated: true,
      reference: reference!.map(({ text }) => text),
    };
  },
});
