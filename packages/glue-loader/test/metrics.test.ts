import { tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracy, f1, type Label, matthewsCorrelation, score, type TaskName, tasks } from '../src/index';

/** Predictions and labels of a number of classes. */
const pairs = (classes: number) =>
  fc
    .array(fc.tuple(fc.nat(classes - 1), fc.nat(classes - 1)), { minLength: 1, maxLength: 40 })
    .map((list): [number[], number[]] => [list.map(([p]) => p), list.map(([, y]) => y)]);

const property = (classes: number, check: (predictions: number[], labels: number[]) => void) =>
  fc.assert(
    fc.property(pairs(classes), ([predictions, labels]) => check(predictions, labels)),
    { seed: 17, numRuns: 300 },
  );

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const covariance = (a: number[], b: number[]) => mean(a.map((x, i) => (x - mean(a)) * (b[i]! - mean(b))));
const correlation = (a: number[], b: number[]) => covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b));
/** The mean rank: how many are smaller, and half of those that are equal. */
const ranked = (values: number[]) =>
  values.map((x) => values.filter((y) => y < x).length + (values.filter((y) => y === x).length + 1) / 2);
/** 1 where a value is the class. */
const indicator = (values: number[], label: number) => values.map((value) => (value === label ? 1 : 0));

describe('accuracy', () => {
  it('is one minus the mean of the misses', () => {
    property(3, (p, y) => {
      expect(accuracy(p, y)).toBeCloseTo(1 - mean(p.map((value, i) => Math.min(1, Math.abs(value - y[i]!)))), 12);
    });
  });
});

describe('F1', () => {
  it('is the harmonic mean of precision and recall of class 1', () => {
    property(2, (p, y) => {
      const precision = mean(y.filter((_, i) => p[i] === 1));
      const recall = mean(p.filter((_, i) => y[i] === 1));
      const expected = 2 / (1 / precision + 1 / recall);
      expect(f1(p, y)).toBeCloseTo(Number.isNaN(expected) ? 0 : expected, 12);
    });
  });
});

describe('the Matthews correlation', () => {
  it('of two classes is the correlation of predictions and labels', () => {
    property(2, (p, y) => {
      const expected = correlation(p, y);
      expect(matthewsCorrelation(p, y)).toBeCloseTo(Number.isNaN(expected) ? 0 : expected, 12);
    });
  });

  it('of several is the correlation of their indicators, summed over classes', () => {
    property(3, (p, y) => {
      const over = (a: number[], b: number[]) =>
        mean([0, 1, 2].map((label) => covariance(indicator(a, label), indicator(b, label))));
      const expected = over(p, y) / Math.sqrt(over(p, p) * over(y, y));
      expect(matthewsCorrelation(p, y)).toBeCloseTo(Number.isNaN(expected) ? 0 : expected, 12);
    });
  });

  it('has the value of the example in scikit-learn’s manual, and ±1 at its ends', () => {
    expect(matthewsCorrelation([0, 1, 0, 0], [0, 0, 0, 1])).toBeCloseTo(-1 / 3, 12);
    expect(matthewsCorrelation([0, 1, 2, 2], [0, 1, 2, 2])).toBe(1);
    expect(matthewsCorrelation([1, 0, 1], [0, 1, 0])).toBe(-1);
    expect(matthewsCorrelation([1, 1, 1], [0, 1, 0])).toBe(0);
  });
});

describe('the score of a task', () => {
  const official: Record<TaskName, string[]> = {
    cola: ['matthewsCorrelation'],
    sst2: ['accuracy'],
    mrpc: ['accuracy', 'f1'],
    qqp: ['accuracy', 'f1'],
    stsb: ['pearson', 'spearman'],
    mnli: ['accuracy'],
    qnli: ['accuracy'],
    rte: ['accuracy'],
    wnli: ['accuracy'],
    ax: ['matthewsCorrelation'],
  };

  it.each(Object.keys(tasks) as TaskName[])('%s has the official metrics', (task) => {
    const [p, y] = [[1, 0, 0, 1], [1, 0, 1, 1] as Label<TaskName>[]];
    const result = score(task, p, y);
    expect(Object.keys(result)).toEqual(official[task]);
    const expected: Record<string, number> = {
      accuracy: 3 / 4,
      f1: 4 / 5,
      matthewsCorrelation: correlation(p, y),
      pearson: correlation(p, y),
      spearman: correlation(ranked(p), ranked(y)),
    };
    for (const [name, value] of Object.entries(result)) expect(value).toBeCloseTo(expected[name]!, 12);
  });

  it('stsb is Pearson’s and Spearman’s correlation, with ties', () => {
    const scores = fc.array(fc.tuple(fc.integer({ min: -8, max: 30 }), fc.nat(25)), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(scores, (list) => {
        const [p, y] = [list.map(([a]) => a / 4), list.map(([, b]) => b / 5)];
        fc.pre(new Set(p).size > 1 && new Set(y).size > 1);
        const { pearson, spearman } = score('stsb', p, y);
        expect(Math.abs(pearson - correlation(p, y))).toBeLessThan(tolerance.float64);
        expect(Math.abs(spearman - correlation(ranked(p), ranked(y)))).toBeLessThan(tolerance.float64);
      }),
      { seed: 17, numRuns: 200 },
    );
  });

  it('refuses lists of different lengths, none at all, and what is no label, with its index', () => {
    expect(() => score('cola', [1], [1, 0])).toThrow('There are 1 predictions for 2 labels; give one for each.');
    expect(() => score('sst2', [], [])).toThrow('There are no predictions; give at least one.');
    expect(() => score('mrpc', [0, 2], [0, 1])).toThrow('The prediction at index 1: 2 is not a label of mrpc');
    expect(() => score('mrpc', [0, 0.5], [0, 1])).toThrow('The prediction at index 1: 0.5 is not a label');
    // @ts-expect-error a hidden label
    expect(() => score('mrpc', [0, 1], [0, undefined])).toThrow('The label at index 1: undefined is not a label');
    expect(() => score('stsb', [0, Number.NaN], [0, 1])).toThrow('NaN');
    expect(() => score('stsb', [0, 1], [0, 6])).toThrow('The label at index 1: 6 is not a score of stsb');
  });
});
