import { describe, expect, it } from 'vitest';
import {
  claimSchema,
  figureSchema,
  paperOf,
  parseAs,
  resultSchema,
  type StoredResult,
  storedResultSchema,
} from '../../src/claim/schema';
import { storedResult } from '../run/stored-result';
import { toyClaim } from './toy';

const { record } = toyClaim({});

describe('the record of a claim', () => {
  it('fits its own schema', () => {
    expect(parseAs(claimSchema, record, 'it')).toEqual(record);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an id without a number', { id: 'geva-2021/residual' }, 'an id looks like'],
    ['another version', { schemaVersion: 7 }, 'schemaVersion'],
    ['a kind that does not exist', { kind: 'guessed' }, 'kind'],
    ['a missing source', { source: undefined }, 'source'],
    ['a source of no words', { source: '  ' }, 'source'],
    ['an unknown field', { verdict: 'reproduced' }, 'verdict'],
    ['an unknown need', { needs: ['a miracle'] }, 'needs'],
    ['no needs', { needs: undefined }, 'needs'],
    ['no budget', { budget: undefined }, 'budget'],
    ['a budget of nothing', { budget: { seconds: 0, megabytes: 10 } }, 'budget.seconds'],
    [
      'a control without an expectation',
      { controls: [{ ...record.controls[0], expected: '' }] },
      'controls[0].expected',
    ],
    ['a property without a number', { restsOn: ['P'] }, 'a property is named like P7'],
  ])('is rejected with %s, and the error names record and fault', (_, change, fault) => {
    const parse = () => parseAs(claimSchema, { ...record, ...change }, 'The record of it');
    expect(parse).toThrow(fault);
    expect(parse).toThrow('The record of it does not fit its schema');
  });
});

describe('a stored result', () => {
  it('survives being written and read', () => {
    const stored = storedResult();
    expect(parseAs(storedResultSchema, JSON.parse(JSON.stringify(stored)), 'x')).toEqual(stored);
  });

  it('has a reason where it was not run', () => {
    const { criteria: _, ...rest } = storedResult().result;
    const result = { ...rest, criteria: [], verdict: 'not run', reason: 'the model is missing' };
    expect(parseAs(resultSchema, result, 'x').reason).toBe('the model is missing');
  });

  it.each<[string, (stored: StoredResult) => unknown, string]>([
    ['a verdict that does not exist', (r) => ({ ...r, result: { ...r.result, verdict: 'proved' } }), 'verdict'],
    ['no fingerprint', (r) => ({ ...r, result: { ...r.result, fingerprint: 'abc' } }), 'fingerprint'],
    ['a field that nobody knows', (r) => ({ ...r, result: { ...r.result, note: 'x' } }), 'note'],
    ['a negative sample', (r) => ({ ...r, result: { ...r.result, n: -1 } }), 'result.n'],
    ['no subject', (r) => ({ ...r, result: { ...r.result, subject: undefined } }), 'result.subject'],
    ['no cost', (r) => ({ ...r, runtime: undefined }), 'runtime'],
    ['no provenance', (r) => ({ ...r, provenance: undefined }), 'provenance'],
    [
      'a criterion that was not judged',
      (r) => ({
        ...r,
        result: { ...r.result, criteria: r.result.criteria.map((each) => ({ ...each, status: undefined })) },
      }),
      'status',
    ],
    [
      'a direction without a smallest effect that matters',
      (r) => ({
        ...r,
        result: { ...r.result, criteria: r.result.criteria.map((each) => ({ ...each, sesoi: undefined })) },
      }),
      'sesoi',
    ],
    ['half a file', () => undefined, 'expected object'],
  ])('is rejected with %s', (_, spoil, fault) => {
    const parse = () => parseAs(storedResultSchema, spoil(storedResult()), 'results/x.json');
    expect(parse).toThrow(fault);
    expect(parse).toThrow('results/x.json');
  });
});

it('figures take null for a number that JSON does not have, and no number for it', () => {
  const figure = (value: unknown) => ({
    kind: 'depth',
    title: 'x',
    unit: '%',
    series: [{ name: 'x', role: 'ours', points: [{ depth: 1, layer: 1, value }] }],
  });
  expect(() => figureSchema.parse(figure(null))).not.toThrow();
  expect(() => figureSchema.parse(figure(Number.NaN))).toThrow();
  const panels = [{ name: 'x', role: 'ours', layers: [[null, 3]] }];
  expect(() => figureSchema.parse({ kind: 'stacked', title: 'x', unit: '%', parts: ['a', 'b'], panels })).not.toThrow();
});

it('the paper of an id stands before its slash', () => {
  expect(paperOf('geva-2021/c10-residual-holds-answer')).toBe('geva-2021');
});
