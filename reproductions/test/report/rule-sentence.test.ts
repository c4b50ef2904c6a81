import { describe, expect, it } from 'vitest';
import { decisionSentence, expectedSentence, ruleSentence } from '../../src/claim/rule-sentence';
import type { Criterion } from '../../src/claim/schema';
import { verdictOf } from '../../src/claim/verdict';

const parts = (count: number, estimate = 10) =>
  Array.from({ length: count }, (_, i) => ({
    label: `layer ${i + 1}`,
    estimate,
    interval: [estimate - 1, estimate + 1] as [number, number],
  }));

const direction = (count: number, change: object = {}): Criterion => ({
  name: 'increasing',
  statement: 'The share grows from each layer to the next (points)',
  kind: 'direction',
  from: 0,
  side: 'above',
  sesoi: 3,
  unit: 'points',
  why: 'a fifth of the climb',
  level: 1 - 0.05 / count,
  parts: parts(count),
  ...change,
});

const band = (low: number | null, high: number | null, change: object = {}): Criterion => ({
  name: 'top',
  statement: 'At the top layer it is at least 70 %',
  kind: 'band',
  low,
  high,
  sesoi: 2.5,
  unit: 'points',
  level: 0.95,
  parts: parts(1, 80),
  ...change,
});

const exact = (change: object = {}): Criterion => ({
  name: 'counts',
  statement: 'The counts are those of the formula',
  kind: 'exact',
  value: 0,
  level: 1,
  parts: parts(6, 0),
  ...change,
});

describe('the sentence of a criterion', () => {
  it.each([
    [direction(5), 'each of 5 above 0 by more than 3 points (95 % after Bonferroni over 5)'],
    [direction(1, { side: 'below', from: -2.5 }), 'below -2.5 by more than 3 points (95 %)'],
    [direction(1, { sesoi: Math.log(3), unit: 'natural log' }), 'above 0 by more than 1.1 natural log (95 %)'],
    [direction(3, { level: 0.95 }), 'each of 3 above 0 by more than 3 points (95 % each)'],
    [direction(3, { level: 0.99 }), 'each of 3 above 0 by more than 3 points (99 % each)'],
    [band(70, null), 'at least 70 (95 %)'],
    [band(null, 0, { parts: parts(6), level: 1 - 0.05 / 6 }), 'each of 6 at most 0 (95 % after Bonferroni over 6)'],
    [band(5, 30), 'between 5 and 30 (95 %)'],
    [exact(), 'each of 6 exactly 0'],
    [exact({ value: 81_138_432, parts: parts(1) }), 'exactly 81,138,432'],
  ])('%#: says what must hold of the numbers', (criterion, text) => {
    expect(ruleSentence(criterion)).toBe(text);
  });
});

describe('the sentence of a decision', () => {
  it('names every criterion', () => {
    expect(decisionSentence([direction(5), band(70, null)])).toBe(
      'Reproduced if: "The share grows from each layer to the next (points)": each of 5 above 0 by more than 3 points (95 % after Bonferroni over 5); "At the top layer it is at least 70 %": at least 70 (95 %); and no control fails.',
    );
    expect(verdictOf([direction(5), band(70, null)], [])).toBe('reproduced');
    expect(verdictOf([direction(5), band(70, null)], [{ outcome: 'failed' }])).toBe('inconclusive');
  });

  it('says that nothing but "partially" is left where a criterion is only shown', () => {
    const shown = band(95, null, { notAsserted: 'too small' });
    expect(decisionSentence([exact(), shown])).toBe(
      'Partially at best, because not every criterion is asserted here; if at least one of these holds: "The counts are those of the formula": each of 6 exactly 0; and no control fails.',
    );
    expect(verdictOf([exact(), shown], [])).toBe('partially');
    expect(verdictOf([exact(), band(85, null), shown], [])).toBe('partially');
  });

  it('says that nothing is decided where nothing is asserted', () => {
    const shown = band(70, null, { notAsserted: 'too small' });
    expect(decisionSentence([shown])).toBe('Inconclusive whatever is measured: no criterion is asserted here.');
    expect(verdictOf([shown], [])).toBe('inconclusive');
  });
});

describe('the sentence of what is expected', () => {
  it('gives the effects that matter with their reasons, then what is only shown and why', () => {
    expect(expectedSentence([direction(2), exact(), band(70, null, { notAsserted: 'The model is too small' })])).toBe(
      '"The share grows from each layer to the next (points)", where 3 points matter (a fifth of the climb); "The counts are those of the formula". Shown without being asserted: "At the top layer it is at least 70 %". The model is too small.',
    );
    expect(expectedSentence([band(70, null, { notAsserted: 'A pilot had 17.' })])).toBe(
      'Shown without being asserted: "At the top layer it is at least 70 %". A pilot had 17.',
    );
    expect(expectedSentence([])).toBe('');
  });
});
