import { type Matrix, matrix } from '@interlayer/linalg';
import { describe, expect, test } from 'vitest';
import { formatProbe, formatProbes, type ProbeOptions, probe, probeChart, splitOf } from '../src/index';
import { predictedClasses, scoresOf } from '../src/scores';
import { plantedData } from './formula-data';

const names = ['ADJ', 'NOUN', 'VERB'];
const { X, ids } = plantedData({ n: 300, d: 6, signal: 4 });
const groups = Array.from(ids, (_, i) => `sentence ${Math.floor(i / 5)}`);
const types = Array.from(ids, (_, i) => `word ${i % 40}`);
const options: ProbeOptions = { X, labels: Array.from(ids, (id) => names[id]), groups, types, seed: 1 };

describe('probe', () => {
  test('gives the whole record', async () => {
    const { record, model } = await probe(options);
    const rows = [0, 1, 2].map((part) => [record.split.train, record.split.dev, record.split.test][part].rows);
    expect(rows).toEqual([180, 60, 60]);
    expect(record.split.test.groups).toBe(12);
    expect(record.test.n).toBe(12);
    expect(record.test.estimate).toBeGreaterThan(0.8);
    expect(record.test.lower).toBeLessThan(record.test.estimate);
    expect(record.majority.test.estimate).toBeLessThan(0.6);
    expect(record.control.per).toBe('types');
    expect(record.control.test.estimate).toBeLessThan(0.6);
    expect(record.selectivity.estimate).toBeCloseTo(record.test.estimate - record.control.test.estimate, 12);
    expect(record.selectivity.lower).toBeGreaterThan(0);
    expect(record.codelength!.compression).toBeGreaterThan(1.3);
    expect(record.path.map(({ lambda }) => lambda)).toEqual([100, 10, 1, 0.1, 0.01, 0.001, 0.0001]);
    for (const { gradientNorm, devBits } of [...record.path, ...record.control.path]) {
      expect(gradientNorm).toBeLessThan(1e-6);
      expect(devBits).toBeGreaterThan(0);
    }
    // The best on dev, then the one with the fewest bits.
    const [best] = record.path.toSorted((a, b) => b.dev - a.dev || a.devBits! - b.devBits!);
    expect(record.lambda).toBe(best.lambda);
    const correct = record.predicted.filter((id, i) => id === record.testRows.ids[i]).length;
    expect(record.test.estimate).toBeCloseTo(correct / 60, 12);
    expect(predictedClasses(scoresOf(model, X)).filter((id, i) => id === ids[i]).length / 300).toBeGreaterThan(0.8);
    expect(record.scores.accuracy).toBe(record.test.estimate);
    const recalls = [0, 1, 2].map((c) => {
      const rows = record.testRows.ids.flatMap((id, i) => (id === c ? [record.predicted[i] === c] : []));
      return rows.filter(Boolean).length / rows.length;
    });
    expect(record.scores['balanced accuracy']).toBeCloseTo(recalls.reduce((a, b) => a + b) / 3, 12);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });

  test('is the same again; with a split of its own nothing that is fitted depends on the seed', async () => {
    const { record, model } = await probe(options);
    expect(await probe(options)).toEqual({ record, model });
    const part = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    const split = splitOf({ train: part(0, 200), dev: part(200, 250), test: part(250, 300) });
    const [a, b] = [await probe({ ...options, split }), await probe({ ...options, split, seed: 2 })];
    expect(a.model).toEqual(b.model);
    expect(a.record.path).toEqual(b.record.path);
    expect(a.record.control.path).not.toEqual(b.record.control.path);
  });

  test('nothing of the test rows reaches the model', async () => {
    const part = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    const split = splitOf({ train: part(0, 200), dev: part(200, 250), test: part(250, 300) });
    const spoilt = matrix(
      X.data.map((x, i) => (i >= 250 * 6 ? 1e6 * x + 5 : x)),
      6,
    );
    const [a, b] = [await probe({ ...options, split }), await probe({ ...options, split, X: spoilt })];
    expect(b.model).toEqual(a.model);
    expect(b.record.path).toEqual(a.record.path);
    expect(b.record.features.sha256).not.toBe(a.record.features.sha256);
    const devChanged = matrix(
      X.data.map((x, i) => (i >= 200 * 6 && i < 250 * 6 ? -x : x)),
      6,
    );
    const c = await probe({ ...options, split, X: devChanged });
    expect(c.record.path.map(({ trainLoss }) => trainLoss)).toEqual(a.record.path.map(({ trainLoss }) => trainLoss));
  });

  test('float32 features, ridge probes, weights and balanced accuracy', async () => {
    const single: Matrix = { ...X, data: Float32Array.from(X.data) };
    const ridge = await probe({
      ...options,
      X: single,
      kind: 'ridge',
      classWeights: 'balanced',
      metric: 'balanced accuracy',
    });
    expect(ridge.record.test.estimate).toBeGreaterThan(0.75);
    // One class is always right, the others never.
    expect(ridge.record.majority.test.estimate).toBeCloseTo(1 / 3, 12);
    expect(ridge.record.codelength).toBeUndefined();
    expect(ridge.record.path.every(({ devBits }) => devBits === undefined)).toBe(true);
    const heavy = await probe({
      ...options,
      lambdas: [10],
      classWeights: { ADJ: 1000, NOUN: 1, VERB: 1 },
      codelength: false,
    });
    expect(heavy.record.predicted.filter((id) => id === 0).length).toBeGreaterThan(50);
    expect(heavy.record.codelength).toBeUndefined();
    expect(heavy.record.warnings).toEqual([]);
  });

  test('warns where the best lambda is at an end of the path, and of classes without train rows', async () => {
    const { X, ids } = plantedData({ n: 300, d: 6, signal: 1, seed: 3 });
    const warnings = async (lambdas: number[], kind: 'logistic' | 'ridge' = 'logistic') =>
      (await probe({ X, labels: ids, seed: 1, lambdas, kind, codelength: false })).record.warnings;
    expect(await warnings([1, 100])).toContainEqual(
      expect.stringMatching(/^the best lambda, 1, is the smallest of the path/),
    );
    expect(await warnings([0.1, 0.001])).toContainEqual(
      expect.stringMatching(/^the best lambda, 0.1, is the largest of the path/),
    );
    // Both predict one class everywhere, as any larger penalty would.
    expect((await warnings([1e4, 1e3], 'ridge')).filter((warning) => !warning.startsWith('control'))).toEqual([]);
    expect(await warnings([0.01])).toEqual([]);
    const part = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    const labels = (options.labels as string[]).map((label, i) => (i === 299 ? 'X' : label));
    const split = splitOf({ train: part(0, 200), dev: part(200, 250), test: part(250, 300) });
    const rare = await probe({ ...options, labels, split });
    expect(rare.record.warnings).toContain('class "X" has no train row; its 1 test rows count as errors');
    expect(Number.isFinite(rare.record.codelength!.bits)).toBe(true);
  });

  test('a single group in test has no interval, and says why', async () => {
    const part = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    const split = splitOf({ train: part(0, 200), dev: part(200, 295), test: part(295, 300) });
    const { record } = await probe({ ...options, split, codelength: false });
    expect(record.test.degenerate).toBeTruthy();
    expect(formatProbes({ one: record })).toContain('(no interval)');
    const { series } = probeChart({ one: record });
    expect(series[0].lower).toEqual(series[0].values);
  });

  test('prints and draws', async () => {
    const { record } = await probe(options);
    const text = formatProbe(record);
    expect(text).toContain('logistic probe of 6 features for 3 classes: train 180 rows in 36 groups');
    expect(text).toMatch(/^lambda +train loss +gradient +iterations +dev accuracy +dev bits$/m);
    expect(text.match(/chosen/g)).toHaveLength(1);
    expect(text).toMatch(/codelength \d+ bits, of 285 without features/);
    const rows = formatProbes({ 'layer 0': record, 'layer 11': record }).split('\n');
    expect(rows[1]).toMatch(/^layer 0 +\d+\.\d % \[\d+\.\d, \d+\.\d\] +\d+\.\d % +\d+\.\d % +\d+\.\d %/);
    expect(rows[2].length).toBe(rows[1].length);
    const chart = probeChart({ 'layer 0': record, 'layer 11': record });
    expect(chart.x).toEqual(['layer 0', 'layer 11']);
    expect(chart.series.map(({ name }) => name)).toEqual(['probe', 'majority', 'control', 'selectivity']);
    expect(chart.series[0].values).toEqual([record.test.estimate, record.test.estimate]);
    expect(chart.series[3].upper[0]).toBe(record.selectivity.upper);
  });

  test('bad input is named', async () => {
    const fails = (change: Partial<ProbeOptions>) => expect(probe({ ...options, ...change })).rejects;
    await fails({ X: matrix(X.data.with(13, Number.NaN), 6) }).toThrow('X has NaN in row 2, column 1');
    await fails({ labels: ids.slice(1) }).toThrow('X has 300 rows, and there are 299 labels');
    await fails({ types: ['a'] }).toThrow('X has 300 rows, and there are 1 types');
    await fails({ groups: ['a'] }).toThrow('X has 300 rows, and there are 1 groups');
    await fails({ labels: new Array(300).fill('NOUN') }).toThrow('only "NOUN"');
    await fails({ classes: ['ADJ', 'NOUN'] }).toThrow('is "VERB", which is not among the 2 classes');
    await fails({ split: splitOf({ train: [0, 1], dev: [2], test: [10] }) }).toThrow(
      '"sentence 0" has rows in train and in dev',
    );
    await fails({ groups: new Array(300).fill(0) }).toThrow('1 group cannot fill train, dev and test');
    await fails({ kind: 'svm' as 'ridge' }).toThrow('"logistic" or "ridge"');
    await fails({ metric: 'f1' as 'accuracy' }).toThrow('"accuracy" or "balanced accuracy"');
    await fails({ lambdas: [] }).toThrow('The path of lambdas is empty');
    await fails({ lambdas: [1, 1] }).toThrow('has 1 twice');
    await fails({ lambdas: [1, -1] }).toThrow('lambda is -1');
    await fails({ classWeights: { ADJ: 1, NOUN: 1 } }).toThrow('The weight of class "VERB" is undefined');
    await fails({ maxIterations: 2 }).toThrow(/With lambda \S+: After 2 iterations/);
    await fails({ resamples: 10 }).toThrow('10 resamples');
    await fails({ seed: 0.5 }).toThrow('The seed is 0.5; give an integer');
    const train = Array.from(ids.keys()).filter((row) => ids[row] === 0 && row < 200);
    const split = splitOf({ train, dev: [210], test: [220] });
    await fails({ split, groups: undefined }).toThrow(/All \d+ rows that a probe should be fitted on are of class 0/);
  });
});
