import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/claim/schema';
import type { Recording } from '../../src/report/recorded';
import type { Report, ReportedPair } from '../../src/report/report';
import { plainWords, summaryOf } from '../../src/report/summary';
import { claims, exampleReport, measured } from './example';

const recording = (id: string): Recording => ({
  schemaVersion: 1,
  subject: { id, name: `org/${id}@abc` },
  claims: exampleReport([id]).claims.map((pair) => ({
    ...pair,
    recorded: { day: '2025-12-31', command: `pnpm reproduce --model org/${id}@abc`, provenance: 'a'.repeat(64) },
  })),
});

const findingOf = (summary: ReturnType<typeof summaryOf>) => plainWords(summary.papers[0]!.finding);
const rowsOf = (summary: ReturnType<typeof summaryOf>) => summary.papers[0]!.rows;

describe('the summary', () => {
  it('has a column for each subject, the recorded ones last, and a cell for each pair', () => {
    const summary = summaryOf(exampleReport(['mini-gpt', 'mini-bert']), [recording('other')]);
    expect(summary.columns.map(({ id, name, recorded }) => [id, name, recorded.length])).toEqual([
      ['mini-gpt', 'mini-gpt', 0],
      ['mini-bert', 'mini-bert', 0],
      ['other', 'org/other@abc', 1],
    ]);
    expect(rowsOf(summary).map(({ name }) => name)).toEqual(['c7-many-cells-fire', 'c10-residual-holds-answer']);
    for (const { claim, cells } of rowsOf(summary))
      expect(cells.map((cell) => [cell!.result.id, cell!.result.subject])).toEqual([
        [claim.id, 'mini-gpt'],
        [claim.id, 'mini-bert'],
        [claim.id, 'other'],
      ]);
    expect(rowsOf(summary)[1]!.cells[2]).toMatchObject({ acceptance: 'recorded 2025-12-31', isNews: false });
  });

  it('leaves a cell empty where a claim was not asked of a subject, and gives exact claims a column of their own', () => {
    const report = exampleReport(['mini-gpt', 'mini-bert']);
    const [, , third, fourth] = report.claims;
    const exact = { ...third!, claim: { ...claims.c10, id: 'geva-2021/c0-x', kind: 'exact' as const } };
    exact.result = { ...exact.result, id: exact.claim.id, subject: 'exact', scale: 'exact' };
    const summary = summaryOf({ ...report, claims: [exact, third!] });
    expect(fourth!.result.subject).toBe('mini-bert');
    expect(summary.columns.map(({ id, scale }) => [id, scale])).toEqual([
      ['mini-gpt', 'mini'],
      ['exact', 'exact'],
    ]);
    expect(rowsOf(summary).map(({ cells }) => cells.map(Boolean))).toEqual([
      [false, true],
      [true, false],
    ]);
  });

  it('shows recorded extensions beside the claims of their paper, though no shipped model is asked', () => {
    const recorded = recording('other');
    const [first] = recorded.claims;
    const extension = (id: string) => ({
      ...first!,
      claim: { ...first!.claim, id, kind: 'extension' as const },
      result: { ...first!.result, id },
    });
    recorded.claims = ['geva-2021/c99-x', 'zhao-2021/a99-x'].map(extension);
    const summary = summaryOf(exampleReport(['mini-gpt']), [recorded]);
    expect(rowsOf(summary).map(({ name, cells }) => [name, ...cells.map(Boolean)])).toEqual([
      ['c7-many-cells-fire', true, false],
      ['c10-residual-holds-answer', true, false],
      ['c99-x', false, true],
    ]);
    expect(findingOf(summary)).toContain('Its one extension claim on other (recorded 2025-12-31) was not run.');
  });

  it('shows what was measured now in the place of what was recorded', () => {
    const summary = summaryOf(exampleReport(['mini-gpt']), [recording('mini-gpt')]);
    expect(summary.columns).toHaveLength(1);
    expect(summary.columns[0]!.recorded).toEqual([]);
  });

  it('leaves out recorded claims that the run does not have', () => {
    const report = exampleReport();
    const summary = summaryOf({ ...report, claims: report.claims.slice(1) }, [recording('other')]);
    expect(rowsOf(summary).map(({ cells }) => cells.length)).toEqual([2]);
    expect(findingOf(summary)).toBe('Its one measured claim on mini-gpt holds; on other (recorded 2025-12-31) holds.');
  });

  it('says what was found of each subject and kind of claim on its own', () => {
    const report = exampleReport(['mini-gpt', 'mini-bert']);
    const [c7, , c10, c10OnBert] = report.claims as [ReportedPair, ReportedPair, ReportedPair, ReportedPair];
    const as = (pair: ReportedPair, number: number, verdict: Verdict, change: Partial<ReportedPair['claim']> = {}) => {
      const id = `geva-2021/c${number}-x`;
      return { ...pair, claim: { ...pair.claim, id, ...change }, result: { ...pair.result, id, verdict } };
    };
    const exact = as(c10, 4, 'reproduced', { kind: 'exact' });
    exact.result = { ...exact.result, subject: 'exact', scale: 'exact' };
    const claims = [
      c7,
      c10,
      c10OnBert,
      as(c10, 1, 'partially'),
      as(c10, 2, 'partially'),
      as(c10OnBert, 2, 'not reproduced'),
      exact,
      as(c10, 5, 'inconclusive', { kind: 'proxy' }),
      as(c10, 6, 'not reproduced', { kind: 'proxy' }),
    ];
    expect(findingOf(summaryOf({ ...report, claims }))).toBe(
      'Of its 4 measured claims, on mini-gpt 1 holds, 2 hold in part and 1 was not run; on mini-bert (2 of them asked) 1 holds and 1 does not hold. Its one exact claim holds. Of its 2 proxy claims, on mini-gpt 1 does not hold and 1 is undecided.',
    );
    const { finding } = summaryOf(report).papers.find(({ id }) => id === 'kobayashi-2024')!;
    expect(plainWords(finding)).toBe('No claim yet.');
  });

  it('gives the command that measures a claim alone', () => {
    const report = exampleReport(['mini-gpt', 'tiny']);
    report.subjects[1]!.name = 'org/tiny@abc';
    const alone = (given: Report) =>
      rowsOf(summaryOf(given, [recording('other')]))[1]!.cells.map((cell) => cell!.alone);
    const only = '--only geva-2021/c10-residual-holds-answer';
    expect(alone(report)).toEqual([
      `pnpm reproduce --subject mini-gpt ${only}`,
      `pnpm reproduce --model org/tiny@abc ${only}`,
      `pnpm reproduce --model org/other@abc ${only}`,
    ]);
    const provenance = { ...report.provenance, seed: 3, sample: 50 };
    report.claims[3]!.result.scale = 'paper';
    expect(alone({ ...report, provenance })[1]).toBe(
      `pnpm reproduce --model org/tiny@abc --scale paper ${only} --seed 3 --sample 50`,
    );
    report.claims[2]!.result = { ...report.claims[2]!.result, subject: 'exact', scale: 'exact' };
    const exact = summaryOf({ ...report, claims: [report.claims[2]!] }).papers[0]!.rows[0]!.cells[0]!;
    expect(exact.alone).toBe(`pnpm reproduce ${only}`);
    const derived = exampleReport(['mini-gpt']);
    derived.claims[1]!.claim = { ...claims.c10, kind: 'derivedFrom', derivedFrom: [claims.c7.id] };
    expect(alone(derived)[0]).toBe(`pnpm reproduce --subject mini-gpt ${only} --only ${claims.c7.id}`);
  });

  it('gives a p-value only where it decides something', () => {
    const report = exampleReport();
    const cell = () => rowsOf(summaryOf(report))[1]!.cells[0]!;
    expect(cell().pHolm).toBe('< 0.001');
    expect(cell().pValue).toContain('after Holm');
    report.claims[1]!.result.verdict = 'partially';
    expect([cell().pHolm, cell().pValue]).toEqual(['', '']);
  });

  it('lists what materials cost after all claims', () => {
    expect(summaryOf(exampleReport(['a', 'b'])).costs).toEqual([
      ['a/geva-2021/c7-many-cells-fire', '3 s, 300 MB'],
      ['b/geva-2021/c7-many-cells-fire', '3 s, 300 MB'],
      ['a/geva-2021/c10-residual-holds-answer', '5 s, 500 MB'],
      ['b/geva-2021/c10-residual-holds-answer', '5 s, 500 MB'],
      ['a: readings (trained)', '21 s, 200 MB'],
      ['b: readings (trained)', '21 s, 200 MB'],
    ]);
  });

  it('says how a verdict compares with the accepted one', () => {
    const [unknown, known] = rowsOf(summaryOf(exampleReport()));
    expect(unknown!.cells[0]).toMatchObject({ acceptance: 'NEW, none accepted', isNews: true });
    expect(known!.cells[0]).toMatchObject({ acceptance: 'as accepted', isNews: false });
    const acceptance = (change: object) => {
      const report = exampleReport();
      const pair = { ...report.claims[1]!, ...change };
      return summaryOf({ ...report, claims: [pair] }).papers[0]!.rows[0]!.cells[0]!.acceptance;
    };
    expect(acceptance({ accepted: 'partially', asAccepted: false })).toBe('CHANGED, was partially');
    expect(acceptance({ accepted: 'reproduced', asAccepted: false })).toBe('CHANGED, a control fails now');
    expect(acceptance({ accepted: null, asAccepted: true })).toBe('not compared');
    expect(acceptance({ accepted: 'inconclusive', asAccepted: true })).toBe(
      'undecided by these times, was inconclusive',
    );
  });

  it('says of each criterion what was asked, what came out, and with which power', () => {
    const criterion = measured('x').result.criteria[0]!;
    const of = (change: object) => {
      const report = exampleReport();
      report.claims[1]!.result = {
        ...report.claims[1]!.result,
        criteria: [{ ...criterion, ...change } as typeof criterion],
      };
      return rowsOf(summaryOf(report))[1]!.cells[0]!.criteria[0];
    };
    // A larger sample is of no use to a criterion that holds.
    expect(of({ sampleNeeded: 4321 })).toEqual({
      statement: criterion.statement,
      rule: 'each of 2 above 0 by more than 3 points (95 % after Bonferroni over 2)',
      outcome: 'holds',
      estimates: [
        { text: 'layer 1 to 2: 19 [18, 20]', outcome: '' },
        { text: 'layer 2 to 3: 20 [19, 21]', outcome: '' },
      ],
      notAsserted: '',
      power: '> 0.99',
      needed: '',
    });
    const [first, second] = criterion.parts;
    const parts = [{ ...first!, status: 'open' }, second!];
    expect(of({ power: 0.4, sampleNeeded: 12_345, status: 'open', parts })).toMatchObject({
      outcome: 'undecided',
      estimates: [{ outcome: 'undecided' }, { outcome: 'holds' }],
      power: '0.40',
      needed: '0.8 with n = 12,345 instead of 3,000',
    });
    expect(of({ power: 0.4, sampleNeeded: 12_345, status: 'fails' })).toMatchObject({
      outcome: 'does not hold',
      needed: '',
    });
    expect(of({ power: 1e-9, notAsserted: 'too small', status: 'not asserted' })).toMatchObject({
      outcome: 'not asserted here',
      notAsserted: 'too small',
      power: '< 0.01',
    });
  });
});
