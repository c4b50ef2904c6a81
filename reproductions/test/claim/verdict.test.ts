import { describe, expect, it } from 'vitest';
import { reasonOf } from '../../src/claim/reason';
import type { ControlResult, Criterion, Part, Verdict } from '../../src/claim/schema';
import { judge, verdictOf, withJudgement } from '../../src/claim/verdict';

const part = (low: number, high: number, estimate = (low + high) / 2): Part => ({
  label: '',
  estimate,
  interval: [low, high],
});
const base = { name: 'c', statement: 'c', level: 0.95, unit: '%' };
const band = (low: number | null, high: number | null, ...parts: Part[]): Criterion => ({
  ...base,
  kind: 'band',
  low,
  high,
  sesoi: 5,
  parts,
});
const above = (...parts: Part[]): Criterion => ({
  ...base,
  kind: 'direction',
  from: 0,
  side: 'above',
  sesoi: 3,
  parts,
});
const below = (...parts: Part[]): Criterion => ({
  ...base,
  kind: 'direction',
  from: 0,
  side: 'below',
  sesoi: 3,
  parts,
});
const exact = (...estimates: number[]): Criterion => ({
  name: 'c',
  statement: 'c',
  level: 1,
  kind: 'exact',
  value: 0,
  parts: estimates.map((estimate) => part(estimate, estimate)),
});
/** What is not asserted has no say, whatever was measured. */
const silent: Criterion = { ...band(10, 20, part(21, 22)), notAsserted: 'too small' };

describe('one criterion', () => {
  it.each<[string, Criterion, string]>([
    ['band: inside', band(10, 20, part(11, 19)), 'holds'],
    ['band: ends on both edges', band(10, 20, part(10, 20)), 'holds'],
    ['band: straddles an edge', band(10, 20, part(9.99, 12)), 'open'],
    ['band: beside it', band(10, 20, part(21, 22)), 'fails'],
    ['band: touches the edge from outside', band(10, 20, part(20, 21)), 'open'],
    ['band: open end', band(10, null, part(10, 1e9)), 'holds'],
    ['band: beside it, however wide', band(10, null, part(-30, 9)), 'fails'],
    ['band: one of two parts outside', band(10, 20, part(11, 12), part(21, 22)), 'fails'],
    ['band: one of two parts open', band(10, 20, part(11, 12), part(19, 21)), 'open'],
    ['direction: beyond the SESOI', above(part(3.1, 5)), 'holds'],
    ['direction: reaches the SESOI exactly', above(part(3, 5)), 'open'],
    ['direction: between nothing and the SESOI', above(part(0.5, 2.5)), 'direction only'],
    ['direction: nothing, and the SESOI excluded', above(part(-1, 1)), 'fails'],
    ['direction: wrong side', above(part(-4, -2)), 'fails'],
    ['direction: nothing, and too wide to have seen the SESOI', above(part(-4, 1)), 'open'],
    ['direction: wrong side, however wide', above(part(-40, -2)), 'fails'],
    ['direction: one part on the wrong side, another too wide to tell', above(part(-4, -2), part(-40, 50)), 'fails'],
    ['direction: one part without an effect, another too wide to tell', above(part(-1, 1), part(-40, 50)), 'fails'],
    ['direction: straddles the SESOI', above(part(1, 4)), 'open'],
    ['direction: straddles everything', above(part(-4, 4)), 'open'],
    ['direction below: beyond', below(part(-5, -3.1)), 'holds'],
    ['direction below: wrong side', below(part(2, 4)), 'fails'],
    ['direction: one holds, one has the direction only', above(part(4, 6), part(1, 2)), 'direction only'],
    ['exact: all zero', exact(0, 0), 'holds'],
    ['exact: one off by one', exact(0, 1), 'fails'],
    ['exact: not a number', exact(Number.NaN), 'degenerate'],
    ['no finite interval', above(part(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 4)), 'degenerate'],
    ['an interval without width', band(10, 20, part(15, 15)), 'degenerate'],
    ['no parts', band(10, 20), 'degenerate'],
    ['not asserted', silent, 'not asserted'],
    ['not asserted, and met', { ...silent, parts: [part(11, 19)] }, 'not asserted'],
    ['a number that JSON has not', above({ label: '', estimate: 4, interval: [null, null] }), 'degenerate'],
  ])('%s', (_, criterion, status) => {
    expect(judge(criterion).status).toBe(status);
  });

  it('lets an interval on the wrong side fail at any power: two cases that once came out open', () => {
    const falls = (parts: Part[]): Criterion => ({
      ...base,
      kind: 'direction',
      from: 0,
      side: 'below',
      sesoi: 0.02,
      parts,
    });
    const noisy = part(-0.6, 0.6);
    expect(judge(falls([part(0.3, 0.7, 0.5)])).status).toBe('fails');
    const curve = judge(falls([part(-0.2, -0.1), part(0.1, 0.16, 0.13), noisy]));
    expect(curve.status).toBe('fails');
    expect(curve.parts.map(({ status }) => status)).toEqual(['holds', 'fails', 'open']);
    expect(verdictOf([falls([part(0.1, 0.16, 0.13), noisy])], [])).toBe('not reproduced');
  });

  it('takes power part by part, and names what is undecided', () => {
    const wide = { ...part(-4, 4), label: 'layer 3' };
    const judged = withJudgement(above({ ...part(4, 6), label: 'layer 2' }, wide), 100);
    expect(judged.parts.map(({ label, status }) => [label, status])).toEqual([
      ['layer 2', 'holds'],
      ['layer 3', 'open'],
    ]);
    expect(judged.parts[0]!.power).toBeGreaterThan(0.99);
    expect(judged.power).toBe(judged.parts[1]!.power);
    expect(reasonOf([judged], [])).toBe('The criterion is undecided (layer 3).');
  });

  it('tells the power at the SESOI, and by what the sample must grow', () => {
    // standard error 1 at level 0.95: power Φ(3 − 1.96) = 0.851
    expect(judge(above(part(4 - 1.959964, 4 + 1.959964))).power).toBeCloseTo(0.851, 3);
    // standard error 2: power Φ(1.5 − 1.96) = 0.323; 0.8 needs a standard error of 3 / 2.8016, so 3.49 times the sample
    const { power, growth } = judge(above(part(4 - 3.919928, 4 + 3.919928)));
    expect(power).toBeCloseTo(0.3228, 3);
    expect(growth).toBeCloseTo((2 * 2.801585) ** 2 / 9, 3);
    // the least certain part decides; what is exact or not asserted has no power
    expect(judge(above(part(3, 4), part(4 - 3.919928, 4 + 3.919928))).power).toBe(power);
    expect([judge(exact(0)).power, judge(silent).power]).toEqual([undefined, undefined]);
  });
});

describe('the verdict', () => {
  const yes = band(10, 20, part(11, 19));
  const no = band(10, 20, part(21, 22));
  const open = band(10, 20, part(19, 21));
  const weak = above(part(0.5, 2.5));
  const degenerate = band(10, 20, part(15, 15));
  const control = (outcome: ControlResult['outcome']) => ({ outcome });

  it.each<[string, Criterion[], Pick<ControlResult, 'outcome'>[], Verdict]>([
    ['all hold', [yes, yes], [control('passed')], 'reproduced'],
    ['a control is only reported', [yes], [control('reported')], 'reproduced'],
    ['a control failed', [yes], [control('failed')], 'inconclusive'],
    ['a control failed where nothing holds', [no], [control('failed')], 'inconclusive'],
    ['one holds, one fails', [yes, no], [], 'partially'],
    ['one holds, one fails, one is open', [yes, no, open], [], 'partially'],
    ['one holds, one has the direction only', [yes, weak], [], 'partially'],
    ['the direction alone', [weak], [], 'partially'],
    ['one holds, one is not asserted here', [yes, silent], [], 'partially'],
    ['one fails, one is not asserted here', [no, silent], [], 'not reproduced'],
    ['nothing is asserted here', [silent], [], 'inconclusive'],
    ['all fail', [no, no], [], 'not reproduced'],
    ['one fails, one is open', [no, open], [], 'inconclusive'],
    ['one holds, one is open', [yes, open], [], 'inconclusive'],
    ['open', [open], [], 'inconclusive'],
    ['one is degenerate', [yes, degenerate], [], 'inconclusive'],
  ])('%s', (_, criteria, controls, verdict) => {
    expect(verdictOf(criteria, controls)).toBe(verdict);
  });

  it('has a reason', () => {
    const judged = (...criteria: Criterion[]) => criteria.map((criterion) => withJudgement(criterion, 10));
    const failed = (kind: ControlResult['kind']): ControlResult => ({ name: 'x', kind, outcome: 'failed', detail: '' });
    const parts = Array.from({ length: 6 }, (_, i) => ({ ...part(21, 22), label: `layer ${i + 1}` }));
    expect(reasonOf(judged(yes, yes), [])).toBe('Both criteria hold.');
    expect(reasonOf(judged(yes, yes, yes), [])).toBe('All 3 criteria hold.');
    expect(reasonOf(judged(yes), [])).toBe('The criterion holds.');
    expect(reasonOf(judged(yes, yes, silent), [])).toBe('2 of 3 criteria hold; 1 is not asserted at this size.');
    expect(reasonOf(judged(no, weak), [])).toBe(
      'Neither criterion holds; 1 fails; 1 has the right sign, but less than matters.',
    );
    expect(reasonOf(judged(yes, band(10, 20, part(11, 12), ...parts)), [])).toBe(
      '1 of 2 criteria holds; 1 fails (6 of 7 parts).',
    );
    expect(reasonOf(judged(yes), [failed('positive')])).toContain('The control "x" failed');
    expect(reasonOf(judged(yes), [failed('negative')])).toContain('also holds of the control "x"');
  });

  it('needs a criterion', () => {
    expect(() => verdictOf([], [])).toThrow('at least one criterion');
  });
});
