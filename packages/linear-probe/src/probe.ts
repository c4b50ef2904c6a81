import { type LinearModel, type Matrix, requireFinite } from '@interlayer/linalg';
import { type BootstrapOptions, clusterBootstrap, seedFrom } from '@interlayer/stats';
import { type ChosenProbe, chooseLambda } from './choose-lambda';
import type { ClassWeights } from './class-weights';
import { controlLabels } from './control-labels';
import { fingerprint } from './fingerprint';
import { classCounts, encodeLabels, type Label } from './labels';
import { defaultLambdas, descending } from './lambdas';
import type { MinimizeOptions } from './lbfgs';
import { type Metric, metricOf } from './metric';
import { onlineCode } from './online-code';
import type { ProbeFit, ProbeRecord } from './probe-record';
import type { ProbeKind, ProbeTask } from './probe-task';
import { predictedClasses, scoresOf } from './scores';
import { requireSeed } from './seed';
import { requireSplit, type Split, splitByGroup } from './split';
import { takeRows, takeValues } from './take-rows';

export interface ProbeOptions extends MinimizeOptions, Omit<BootstrapOptions, 'seed'> {
  /** Features: [n, d]. They are standardized here. */
  X: Matrix;
  /** [n] */
  labels: ArrayLike<Label>;
  /** An integer, for the split, the control task, the order of the online code and the bootstrap; fits draw nothing. */
  seed: number;
  /** What must stay together, such as the sentence of each row: [n]. Each row by itself unless given. */
  groups?: ArrayLike<unknown>;
  /** What the control task gives one label, such as the word of each row: [n]. Each row by itself unless given. */
  types?: ArrayLike<unknown>;
  /** All classes, where some may not occur; otherwise those of the labels. */
  classes?: readonly Label[];
  /** By group, 60, 20 and 20 %, unless given. */
  split?: Split;
  /** `'logistic'` unless set. */
  kind?: ProbeKind;
  /** Penalties, as in mean loss + λ/2 · ‖W‖²; 10² … 10⁻⁴ unless given. */
  lambdas?: readonly number[];
  /** None unless given. */
  classWeights?: ClassWeights;
  /** `'accuracy'` unless set. */
  metric?: Metric;
  /** Whether to compute the codelength, which takes about twice as long as the fits. On for logistic probes. */
  codelength?: boolean;
}

export interface ProbeResult {
  record: ProbeRecord;
  /** The probe itself, for features as they came: scores are XWᵀ + b. */
  model: LinearModel;
}

/**
 * Probes features for labels: fits a path of penalties on train, chooses one on dev, measures once on test, and does the same
 * for a control task.
 * @throws when rows do not match, a value is not finite, there are fewer than two classes in the labels or among the train rows, a
 * label is not among the classes, a group has rows in two parts, or a fit does not converge.
 */
export async function probe(options: ProbeOptions): Promise<ProbeResult> {
  const { X, seed, kind = 'logistic', metric = 'accuracy', types } = options;
  if (kind !== 'logistic' && kind !== 'ridge')
    throw new Error(`The kind of probe is ${JSON.stringify(kind)}; it is "logistic" or "ridge".`);
  requireSeed(seed);
  requireFinite('X', X);
  const n = X.rows;
  const eachRow = Int32Array.from({ length: n }, (_, row) => row);
  const { groups = eachRow, labels } = options;
  for (const [name, list] of Object.entries({ labels, groups, types: types ?? eachRow }))
    if (list.length !== n) throw new Error(`X has ${n} rows, and there are ${list.length} ${name}; give one each.`);
  const { classes, ids } = encodeLabels(labels, options.classes);
  const split = options.split ?? splitByGroup(groups, { seed: seedFrom(seed, 'split') });
  requireSplit(split, groups);
  const task: ProbeTask = {
    ...options,
    kind,
    metric,
    ids,
    classes,
    lambdas: descending(options.lambdas ?? defaultLambdas),
  };
  const control = controlLabels(ids, types ?? eachRow, { classes: classes.length, seed: seedFrom(seed, 'control') });
  const controlTask: ProbeTask = { ...task, ids: control };

  const chosen = chooseLambda(task, split.train, split.dev);
  const chosenControl = chooseLambda(controlTask, split.train, split.dev);
  const test = takeRows(X, split.test.rows);
  const predicted = predictedClasses(scoresOf(chosen.model, test));
  const controlPredicted = predictedClasses(scoresOf(chosenControl.model, test));
  const majority = chosen.counts.indexOf(chosen.counts.reduce((a, b) => Math.max(a, b)));

  const truth = takeValues(ids, split.test.rows);
  const measure = metricOf(metric, truth, predicted);
  const measureControl = metricOf(metric, takeValues(control, split.test.rows), controlPredicted);
  const measureMajority = metricOf(metric, truth, new Int32Array(truth.length).fill(majority));
  const testGroups = Array.from(split.test.rows, (row) => groups[row]);
  const intervals = clusterBootstrap(
    testGroups,
    (weights) => {
      const [real, random] = [measure(weights), measureControl(weights)];
      return [real, measureMajority(weights), random, real - random];
    },
    { method: 'bca-or-percentile', ...bootstrapOptions(options), seed: seedFrom(seed, 'bootstrap') },
  );

  const fit = ({ model, path }: ChosenProbe, test: ProbeFit['test'], predicted: Int32Array): ProbeFit => ({
    lambda: model.lambda,
    path,
    test,
    predicted: Array.from(predicted),
  });
  const record: ProbeRecord = {
    ...fit(chosen, intervals[0], predicted),
    kind,
    metric,
    seed,
    classes,
    features: {
      rows: n,
      columns: X.columns,
      sha256: await fingerprint(`${X.data.constructor.name} ${n} × ${X.columns}`, X.data),
    },
    split: {
      train: await describePart(split.train, groups),
      dev: await describePart(split.dev, groups),
      test: await describePart(split.test, groups),
    },
    testRows: { ids: Array.from(truth), groups: indices(testGroups) },
    majority: { class: classes[majority], test: intervals[1] },
    control: { ...fit(chosenControl, intervals[2], controlPredicted), per: types ? 'types' : 'rows' },
    selectivity: intervals[3],
    warnings: warningsOf(task, split, chosen, chosenControl),
  };
  if (kind === 'logistic' && options.codelength !== false)
    record.codelength = onlineCode(task, split, groups, { seed });
  return { record, model: { coefficients: chosen.model.coefficients, intercept: chosen.model.intercept } };
}

/** Only what is set: an undefined option would hide the default. */
function bootstrapOptions({ resamples, level, method }: ProbeOptions): Omit<BootstrapOptions, 'seed'> {
  return Object.fromEntries(Object.entries({ resamples, level, method }).filter(([, value]) => value !== undefined));
}

/** Each value's index among the distinct ones, in order of occurrence. */
function indices(values: readonly unknown[]): number[] {
  const known = new Map<unknown, number>();
  for (const value of values) if (!known.has(value)) known.set(value, known.size);
  return values.map((value) => known.get(value)!);
}

async function describePart({ name, rows }: Split[keyof Split], groups: ArrayLike<unknown>) {
  const distinct = new Set(Array.from(rows, (row) => groups[row]));
  return { rows: rows.length, groups: distinct.size, sha256: await fingerprint(`${name} rows`, rows) };
}

function warningsOf(task: ProbeTask, split: Split, chosen: ChosenProbe, control: ChosenProbe): string[] {
  const warnings: string[] = [];
  if (chosen.warning) warnings.push(chosen.warning);
  if (control.warning) warnings.push(`control task: ${control.warning}`);
  for (const part of [split.dev, split.test]) {
    const counts = classCounts(task.ids, task.classes.length, part.rows);
    for (const [id, count] of counts.entries())
      if (count > 0 && chosen.counts[id] === 0)
        warnings.push(
          `class ${JSON.stringify(task.classes[id])} has no train row; its ${count} ${part.name} rows count as errors`,
        );
  }
  return warnings;
}
