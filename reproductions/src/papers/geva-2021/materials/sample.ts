import type { Scale } from '../../../claim/schema';
import { textName } from '../../../materials/corpus';
import type { Specimen } from '../../../subjects/specimen';

/** How what is measured differs from the paper's experiment. */
export function deviationsOf(specimen: Specimen, scale: Scale): string[] {
  const { kind, activation, gated, layers, cells, vocabulary } = specimen;
  const size = `${layers} layers, ${cells.toLocaleString('en-US')} cells each, a vocabulary of ${vocabulary.toLocaleString('en-US')} pieces of words`;
  return [
    `Ours: ${size}, ${scale === 'mini' ? 'trained' : 'read'} on ${textName(specimen, scale)}. The paper: 16 layers, 4,096 cells each, 267,744 words with an adaptive softmax, WikiText-103.`,
    ...(activation === 'relu'
      ? []
      : [
          `The activation is ${activation}, the paper's ReLU; a cell is active where its ${gated ? 'gate' : 'coefficient'} is positive.`,
        ]),
    ...(gated
      ? [
          'Its memories are gated: a coefficient is activation(gate) · up, and has a sign. Triggers are those of the largest positive coefficients, beside them in the table those of the most negative ones, at which a cell promotes what its value ranks last.',
        ]
      : []),
    ...(kind === 'masked'
      ? [
          'A masked model, read at one masked token of each sentence: the masked token plays the next token, what stands on its left the prefix, its left neighbour the last token. The model sees the right side too. The paper only expects its findings to carry over to such models.',
        ]
      : []),
  ];
}

/** What the readout of residuals and outputs was. */
export const readoutNote = ({ readout }: { readout: string }): string[] => [
  readout === 'raw'
    ? 'Readout: the tied, bias-free, linear one of the model; the paper re-normalises an adaptive softmax.'
    : `Readout of residuals and outputs: the model's own (${readout}); the bare r · Eᵀ stands in the table. Values are read out bare, as the paper defines it.`,
];

/** Where a candidate trigger ends in the authors' code. */
export const DEDUPE =
  'One prefix a sentence is a candidate, as in the authors’ code; the text ranks all prefixes. Dead cells have no triggers; the code gives them the first sentence.';

export const ADDRESS_INTERVALS =
  'hierarchical bootstrap (BCa) over addresses, then sentences, 4,000 resamples or more; intervals read together are corrected by Bonferroni';

export const KEY_INTERVALS =
  'bootstrap (BCa) over keys, 4,000 resamples or more; intervals read together are corrected by Bonferroni';
