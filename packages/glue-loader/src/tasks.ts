/** How one task lies in its official files and on the hub. */
export interface Task {
  /** The folder of the official TSV files. */
  folder: string;
  /** The texts of a row, by the hub's column names, and the columns of the official TSV files that hold them. */
  texts: Readonly<Record<string, string>>;
  label: LabelFormat;
  /** The official number of rows of each split. Splits are named as on the hub. */
  rows: Readonly<Record<string, number>>;
  metrics: readonly Metric[];
  /** The columns of the TSV files of labelled splits, if these have no header. */
  header?: readonly string[];
  /** The stem of the TSV file's name, if it is not that of the split. */
  file?: string;
  /** Whether the official TSV files have malformed lines, which the official counts leave out. */
  malformedLines?: boolean;
}

export type Metric = 'accuracy' | 'f1' | 'matthewsCorrelation' | 'pearson' | 'spearman';

/** Labels are classes, written in the TSV files as names or as ids, or a score. */
export type LabelFormat =
  | {
      /** The column of the TSV files; on the hub it is `label`. */
      column: string;
      /** The names of the classes; the index of a name is its id. */
      names: readonly string[];
      written: 'name' | 'id';
    }
  | { column: string; range: readonly [least: number, largest: number] };

/**
 * The nine tasks of GLUE (Wang et al. 2019) and its diagnostic set: texts, labels, official numbers of rows, metrics. Names,
 * ids and counts are those of the hub's `nyu-mll/glue`.
 */
export const tasks = {
  cola: {
    folder: 'CoLA',
    texts: { sentence: 'sentence' },
    label: { column: 'label', names: ['unacceptable', 'acceptable'], written: 'id' },
    rows: { train: 8551, validation: 1043, test: 1063 },
    metrics: ['matthewsCorrelation'],
    header: ['source', 'label', 'star', 'sentence'],
  },
  sst2: {
    folder: 'SST-2',
    texts: { sentence: 'sentence' },
    label: { column: 'label', names: ['negative', 'positive'], written: 'id' },
    rows: { train: 67_349, validation: 872, test: 1821 },
    metrics: ['accuracy'],
  },
  mrpc: {
    folder: 'MRPC',
    texts: { sentence1: '#1 String', sentence2: '#2 String' },
    label: { column: 'Quality', names: ['not_equivalent', 'equivalent'], written: 'id' },
    rows: { train: 3668, validation: 408, test: 1725 },
    metrics: ['accuracy', 'f1'],
  },
  qqp: {
    folder: 'QQP',
    texts: { question1: 'question1', question2: 'question2' },
    label: { column: 'is_duplicate', names: ['not_duplicate', 'duplicate'], written: 'id' },
    rows: { train: 363_846, validation: 40_430, test: 390_965 },
    metrics: ['accuracy', 'f1'],
    malformedLines: true,
  },
  stsb: {
    folder: 'STS-B',
    texts: { sentence1: 'sentence1', sentence2: 'sentence2' },
    label: { column: 'score', range: [0, 5] },
    rows: { train: 5749, validation: 1500, test: 1379 },
    metrics: ['pearson', 'spearman'],
  },
  mnli: {
    folder: 'MNLI',
    texts: { premise: 'sentence1', hypothesis: 'sentence2' },
    label: { column: 'gold_label', names: ['entailment', 'neutral', 'contradiction'], written: 'name' },
    rows: {
      train: 392_702,
      validation_matched: 9815,
      validation_mismatched: 9832,
      test_matched: 9796,
      test_mismatched: 9847,
    },
    metrics: ['accuracy'],
  },
  qnli: {
    folder: 'QNLI',
    texts: { question: 'question', sentence: 'sentence' },
    label: { column: 'label', names: ['entailment', 'not_entailment'], written: 'name' },
    rows: { train: 104_743, validation: 5463, test: 5463 },
    metrics: ['accuracy'],
  },
  rte: {
    folder: 'RTE',
    texts: { sentence1: 'sentence1', sentence2: 'sentence2' },
    label: { column: 'label', names: ['entailment', 'not_entailment'], written: 'name' },
    rows: { train: 2490, validation: 277, test: 3000 },
    metrics: ['accuracy'],
  },
  wnli: {
    folder: 'WNLI',
    texts: { sentence1: 'sentence1', sentence2: 'sentence2' },
    label: { column: 'label', names: ['not_entailment', 'entailment'], written: 'id' },
    rows: { train: 635, validation: 71, test: 146 },
    metrics: ['accuracy'],
  },
  ax: {
    folder: 'AX',
    texts: { premise: 'sentence1', hypothesis: 'sentence2' },
    label: { column: 'label', names: ['entailment', 'neutral', 'contradiction'], written: 'name' },
    rows: { test: 1104 },
    metrics: ['matthewsCorrelation'],
    file: 'diagnostic',
  },
} as const satisfies Record<string, Task>;

export type TaskName = keyof typeof tasks;

/** The splits of a task, named as on the hub. */
export type SplitOf<T extends TaskName> = T extends TaskName ? keyof (typeof tasks)[T]['rows'] & string : never;
