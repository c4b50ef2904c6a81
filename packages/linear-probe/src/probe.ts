import { type LinearModel, requireFinite } from '@interlayer/linalg';
import { clusterBootstrap, seedFrom } from '@interlayer/stats';
import { type ChosenProbe, chooseLambda } from './choose-lambda';
import { controlLabels } from './control-labels';
import { describePart, groupIndices, matrixFingerprint } from './fingerprint';
import { classCounts, encodeLabels } from './labels';
import { defaultLambdas, descending } from './lambdas';
import { metricOf, metrics, score } from './metric';
import { onlineCode } from './online-code';
import type { ProbeOptions } from './probe-options';
import type { ProbeFit, ProbeRecord } from './probe-record';
import type { ProbeTask } from './probe-task';
import { predictedClasses, scoresOf } from './scores';
import { requireSeed } from './seed';
import { requireSplit, type Split, splitByGroup } from './split';
import { takeRows, takeValues } from './take-rows';

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
  const { X, seed, labels, types, kind = 'logistic', metric = 'accuracy' } = options;
  if (kind !== 'logistic' && kind !== 'ridge')
    throw new Error(`The kind of probe is ${JSON.stringify(kind)}; it is "logistic" or "ridge".`);
  requireSeed(seed);
  requireFinite('X', X);
  const eachRow = Int32Array.from({ length: X.rows }, (_, row) => row);
  const groups = options.groups ?? eachRow;
  for (const [name, list] of Object.entries({ labels, groups, types: types ?? eachRow }))
    if (list.length !== X.rows)
      throw new Error(`X has ${X.rows} rows, and there are ${list.length} ${name}; give one each.`);
  const { classes, ids } = encodeLabels(labels, options.classes);
  const split = options.split ?? splitByGroup(groups, { seed: seedFrom(seed, 'split') });
  requireSplit(split, groups);
  const lambdas = descending(options.lambdas ?? defaultLambdas);
  const { classWeights, tolerance, maxIterations } = options;
  const task: ProbeTask = { X, ids, classes, kind, metric, lambdas, classWeights, tolerance, maxIterations };
  const random = controlLabels(ids, types ?? eachRow, { classes: classes.length, seed: seedFrom(seed, 'control') });

  const fitted = chooseLambda(task, split.train, split.dev);
  const control = chooseLambda({ ...task, ids: random }, split.train, split.dev);
  const test = takeRows(X, split.test.rows);
  const [truth, randomTruth] = [ids, random].map((each) => takeValues(each, split.test.rows));
  const [predicted, controlPredicted] = [fitted, control].map(({ model }) => predictedClasses(scoresOf(model, test)));
  const majority = fitted.counts.indexOf(fitted.counts.reduce((a, b) => Math.max(a, b)));

  const measure = metricOf(metric, truth, predicted);
  const measureMajority = metricOf(
    metric,
    truth,
    predicted.map(() => majority),
  );
  const measureControl = metricOf(metric, randomTruth, controlPredicted);
  const testGroups = Array.from(split.test.rows, (row) => groups[row]);
  const { resamples, level, method = 'bca-or-percentile' } = options;
  const [interval, majorityInterval, controlInterval, selectivity] = clusterBootstrap(
    testGroups,
    (weights) => {
      const [real, control] = [measure(weights), measureControl(weights)];
      return [real, measureMajority(weights), control, real - control];
    },
    { resamples, level, method, seed: seedFrom(seed, 'bootstrap') },
  );

  const fit = ({ model, path }: ChosenProbe, test: ProbeFit['test'], predicted: Int32Array): ProbeFit => ({
    lambda: model.lambda,
    path,
    test,
    predicted: Array.from(predicted),
  });
  const record: ProbeRecord = {
    ...fit(fitted, interval, predicted),
    kind,
    metric,
    seed,
    classes,
    features: { rows: X.rows, columns: X.columns, sha256: await matrixFingerprint(X) },
    split: {
      train: await describePart(split.train, groups),
      dev: await describePart(split.dev, groups),
      test: await describePart(split.test, groups),
    },
    testRows: { ids: Array.from(truth), controlIds: Array.from(randomTruth), groups: groupIndices(testGroups) },
    scores: Object.fromEntries(metrics.map((each) => [each, score(each, truth, predicted)])) as ProbeRecord['scores'],
    majority: { class: classes[majority], test: majorityInterval },
    control: { ...fit(control, controlInterval, controlPredicted), per: types ? 'types' : 'rows' },
    selectivity,
    warnings: [
      ...(fitted.warning ? [fitted.warning] : []),
      ...(control.warning ? [`control task: ${control.warning}`] : []),
      ...unseenClasses(task, split, fitted.counts),
    ],
  };
  if (kind === 'logistic' && options.codelength !== false)
    record.codelength = onlineCode(task, split, groups, { seed });
  return { record, model: { coefficients: fitted.model.coefficients, intercept: fitted.model.intercept } };
}

/** A warning for each class that dev or test rows have and no train row does. */
function unseenClasses({ ids, classes }: ProbeTask, { dev, test }: Split, trainCounts: Int32Array): string[] {
  return [dev, test].flatMap(({ name, rows }) => {
    const counts = classCounts(ids, classes.length, rows);
    return classes.flatMap((label, id) =>
      counts[id] > 0 && trainCounts[id] === 0
        ? [`class ${JSON.stringify(label)} has no train row; its ${counts[id]} ${name} rows count as errors`]
        : [],
    );
  });
}
