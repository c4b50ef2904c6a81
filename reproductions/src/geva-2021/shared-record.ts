import type { Claim } from '../harness/claim-schema';
import { CONTROL_SENTENCES, PREFIXES, type Sized, TRIGGERS } from './subject';

export const NEEDS = [
  'the shipped model mini-gpt, or --model',
  'held-out State of the Union addresses (from the registry)',
];

export const TRIGGER_NEEDS = [
  'the shipped model mini-gpt, or --model',
  'the State of the Union addresses of the train split (from the registry)',
];

export const SAMPLE = `up to ${PREFIXES.toLocaleString('en-US')} held-out sentences, one random prefix each`;

export const TRIGGER_SAMPLE = `triggers: of each key the ${TRIGGERS} sentences of the train split with the largest pre-activation, at the best of their prefixes; for the controls among ${CONTROL_SENTENCES.toLocaleString('en-US')} of the sentences`;

/** Room for a plain wasm backend; a compiled one needs a fraction. */
export const BUDGET: Claim['budget'] = { seconds: 120, megabytes: 1500 };

/** The claim that comes first scans the whole train split for all. */
export const TRIGGER_BUDGET: Claim['budget'] = { seconds: 240, megabytes: 1500 };

/** How what was measured differs from the paper's experiment. */
export function deviations({ scale, kind, activation, depth, cells, vocabulary }: Sized): string[] {
  const size = `${depth} layers, ${cells.toLocaleString('en-US')} cells each, a vocabulary of ${vocabulary.toLocaleString('en-US')} pieces of words`;
  return [
    `Ours: ${size}${scale === 'mini' ? ', trained on State of the Union addresses' : ', read on State of the Union addresses'}. The paper: 16 layers, 4,096 cells each, 267,744 words with an adaptive softmax, WikiText-103.`,
    ...(activation === 'relu'
      ? []
      : [`The activation is ${activation}, the paper's ReLU; a cell is active where its coefficient is positive.`]),
    ...(kind === 'masked'
      ? [
          'A masked model, read at one masked token of each sentence: the masked token plays the next token, what stands on its left the prefix, its left neighbour the last token. The model sees the right side too. The paper only expects its findings to carry over to such models.',
        ]
      : []),
  ];
}

/** What the readout of residuals and outputs was. */
export const readoutNote = (readout: string): string =>
  readout === 'raw'
    ? 'Readout: the tied, bias-free, linear one of the model; the paper re-normalises an adaptive softmax.'
    : `Readout of residuals and outputs: the model's own (${readout}); the bare r · Eᵀ stands in the table. Values are read out bare, as the paper defines it.`;

/** Where a candidate trigger ends in the model's code. */
export const DEDUPE =
  'One prefix a sentence is a candidate, as in the authors’ code; the text ranks all prefixes. Dead cells have no triggers; the code gives them the first sentence.';

export const INTERVALS =
  'hierarchical bootstrap (BCa) over addresses, then sentences, 4,000 resamples or more; intervals read together are corrected by Bonferroni';

export const KEY_INTERVALS =
  'bootstrap (BCa) over keys, 4,000 resamples or more; intervals read together are corrected by Bonferroni';

/** What the specification measured on a small model of this kind; the source of every band at scale mini. */
export const SOURCE =
  'Direction: the paper. What can be asserted at this size: a pilot on another small model (6 layers, 512 cells, English Wikipedia), one seed, measured before this model existed.';
