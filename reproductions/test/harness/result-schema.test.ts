import { describe, expect, it } from 'vitest';
import { readCatalogue } from '../../src/harness/catalogue';
import { assembleResult, type Measurement, notRunResult } from '../../src/harness/measurement';
import { parseStoredResult, type StoredResult } from '../../src/harness/result-schema';
import { exampleMeasurement } from './example-measurement';

const { claim } = (await readCatalogue()).find(({ claim: { id } }) => id.includes('c10'))!;
const about = { claim, scale: 'mini' as const, fingerprint: '0'.repeat(64) };
const stored = (measured: Measurement): StoredResult => ({
  result: assembleResult(about, measured),
  runtime: { seconds: 1, megabytes: 2, finished: 'now' },
});

describe('a result', () => {
  it('survives being written and read', () => {
    const record = stored(exampleMeasurement());
    expect(parseStoredResult(JSON.parse(JSON.stringify(record)), 'x')).toEqual(record);
    expect(record.result.verdict).toBe('reproduced');
    expect(record.result.label).toBe('reproduced · mini');
  });

  it('carries its power, and below 0.8 the sample that would do', () => {
    const weak = exampleMeasurement();
    weak.criteria[0]!.parts = [{ label: 'layer 1 to 2', estimate: 20, interval: [16, 24] }];
    const [criterion] = assembleResult(about, weak).criteria;
    expect(criterion!.power).toBeLessThan(0.8);
    expect(criterion!.sampleNeeded).toBeGreaterThan(weak.n);
    const [strong] = assembleResult(about, exampleMeasurement()).criteria;
    expect(strong!.power).toBeGreaterThan(0.8);
    expect(strong).not.toHaveProperty('sampleNeeded');
  });

  it('turns what JSON has no number for into null', () => {
    const measured = exampleMeasurement();
    measured.criteria[0]!.parts = [
      { label: 'x', estimate: 1, interval: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] },
    ];
    const record = stored(measured);
    expect(record.result.verdict).toBe('inconclusive');
    expect(record.result.criteria[0]!.parts[0]!.interval).toEqual([null, null]);
    expect(() => parseStoredResult(record, 'x')).not.toThrow();
  });

  it('must give an outcome for every declared control', () => {
    expect(() => assembleResult(about, { ...exampleMeasurement(), controls: [] })).toThrow(
      'no outcome for its control "untrained model"',
    );
  });

  it('that was not run says why', () => {
    const result = notRunResult(about, 'the model is missing');
    expect(result.verdict).toBe('not run');
    expect(parseStoredResult({ result, runtime: { seconds: 0, megabytes: 0, finished: '' } }, 'x').result.reason).toBe(
      'the model is missing',
    );
  });

  it.each<[string, (record: StoredResult) => unknown, string]>([
    ['a verdict that does not exist', (r) => ({ ...r, result: { ...r.result, verdict: 'proved' } }), 'verdict'],
    ['no fingerprint', (r) => ({ ...r, result: { ...r.result, fingerprint: 'abc' } }), 'fingerprint'],
    ['a field nobody knows', (r) => ({ ...r, result: { ...r.result, note: 'x' } }), 'note'],
    ['a negative sample', (r) => ({ ...r, result: { ...r.result, n: -1 } }), 'result.n'],
    ['no cost', (r) => ({ result: r.result }), 'runtime'],
    ['half a file', () => undefined, 'expected object'],
  ])('is rejected with %s', (_, spoil, fault) => {
    const record = stored(exampleMeasurement());
    expect(() => parseStoredResult(spoil(record), 'results/x.json')).toThrow(fault);
    expect(() => parseStoredResult(spoil(record), 'results/x.json')).toThrow('results/x.json');
  });
});
