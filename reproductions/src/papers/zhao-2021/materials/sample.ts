import { textName, textsOf as textsOfSubject } from '../../../materials/corpus';
import type { TokenRow } from '../../../materials/hidden-states';
import type { Bench } from '../../../materials/material';
import { taskTexts } from '../../../materials/task-texts';
import { isLarge, type Specimen } from '../../../subjects/specimen';
import { taskText } from '../../../subjects/task-texts';

/** Longest stretch of text: with [CLS] and [SEP], the positions of the shipped models. */
export const LONGEST = 62;

/** Where the expectations behind the criteria come from. */
export const SOURCE =
  'Direction: the paper, whose curves could not be read. Margins: a calibration run on another small model (6 layers of width 96, characters), measured before these models existed.';

export const STRETCH_INTERVALS =
  'hierarchical bootstrap (BCa) over texts, then stretches of them, 4,000 resamples or more; intervals read together are corrected by Bonferroni';

/** The texts to fit and train on, or the held-out ones: of the task that the user named, or else those that the model reads. */
export const textsOf = async (split: 'train' | 'test', bench: Bench): Promise<{ text: string }[]> =>
  bench.reads ? (await bench.get(taskTexts))[split === 'test' ? 'validation' : split] : textsOfSubject(split, bench);

/** Text enough for linear maps and short training: every eighth training text, or all that was drawn from a task. */
export const someTrainingText = async (bench: Bench) =>
  (await textsOf('train', bench)).filter((_, i) => bench.reads || i % 8 === 0);

/** Stretches that linear maps are fitted to, at the least, and that are read at once. */
export const FITTED = 96;
/** Least tokens for each input of a map: a map of noise then has an R² of about −1/31 on other text, which is near 0. */
export const TOKENS_PER_INPUT = 32;

/** Stretches in groups whose states fit into memory, all layers of them. */
export function readAtOnce(specimen: Pick<Specimen, 'layers' | 'cells'>, rows: readonly TokenRow[]): TokenRow[][] {
  const size = isLarge(specimen) ? FITTED / 8 : FITTED;
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size));
}

/** How many stretches of some length maps are fitted to. */
export const fittedStretches = ({ width }: Pick<Specimen, 'width'>, length: number): number =>
  Math.max(FITTED, Math.ceil((TOKENS_PER_INPUT * width) / length));

const BERT = { kind: 'masked', layers: 6, width: 128 } as const;

/** How the models and the text differ from the paper's. */
export const deviationsOf = (
  { scale, reads }: Pick<Bench, 'scale' | 'reads'>,
  specimen: Pick<Specimen, 'kind' | 'layers' | 'width'> = BERT,
): string[] => [
  reads
    ? `Ours: the model as it is, read on ${taskText(reads)}, drawn by seed: maps and further training on train rows, scores on validation rows (of MNLI the matched ones). Rows are joined to running text, without labels; what a classification head says is not measured. The paper: BERT-base with 12 layers, fine-tuned on a tenth of MNLI, by its accuracy.`
    : specimen.kind === 'causal'
      ? `Ours: a causal model of ${specimen.layers} layers and width ${specimen.width}, which norms before its branches, read on ${textName(specimen, scale)}. The paper: BERT-base with 12 layers, on a tenth of MNLI.`
      : scale === 'mini'
        ? 'Ours: a BERT of 6 layers and width 128, pre-trained on State of the Union addresses, read on held-out ones. The paper: BERT-base with 12 layers, on a tenth of MNLI.'
        : 'Ours: the model as it is, read on State of the Union addresses. The paper: BERT-base with 12 layers, on a tenth of MNLI.',
];
