import { describe, expect, it } from 'vitest';
import { readCatalogue } from '../../src/harness/catalogue';
import { dryRun } from '../../src/harness/dry-run';
import { selectClaims } from '../../src/harness/select-claims';

const claims = (await readCatalogue()).map(({ claim }) => claim);
const ids = (selection: Partial<Parameters<typeof selectClaims>[1]>) =>
  selectClaims(claims, { paper: [], only: [], smoke: false, ...selection }).map(({ id }) => id);

describe('selectClaims', () => {
  it('gives all, one paper, a glob, or both', () => {
    expect(ids({})).toHaveLength(claims.length);
    expect(ids({ paper: ['zhao-2021'] })).toEqual(['zhao-2021/a6-ffn-parameters']);
    expect(ids({ only: ['geva-2021/c1*'] })).toEqual([
      'geva-2021/c1-keys-have-patterns',
      'geva-2021/c10-residual-holds-answer',
      'geva-2021/c11-confidence-grows',
      'geva-2021/c12-refines-not-overrides',
      'geva-2021/c13-composition-distant',
    ]);
    expect(ids({ only: ['*parameter*'], paper: ['sridhar-2020'] })).toEqual(['sridhar-2020/b2-parameter-count']);
  });

  it('--smoke takes one claim per paper, on trained weights where there is one', () => {
    expect(ids({ smoke: true })).toEqual([
      'geva-2021/c7-many-cells-fire',
      'zhao-2021/a6-ffn-parameters',
      'sridhar-2020/b2-parameter-count',
    ]);
  });

  it('names the nearest where nothing matches', () => {
    expect(() => ids({ only: ['geva-2021/c10'] })).toThrow(
      /No claim matches "geva-2021\/c10". The nearest are geva-2021\/c10/,
    );
    expect(() => ids({ only: ['geva-2021/c8-zero-agreemnt'] })).toThrow('geva-2021/c8-zero-agreement');
    expect(() => ids({ paper: ['geva2021'] })).toThrow(
      'The papers are geva-2021, zhao-2021, sridhar-2020, kobayashi-2024',
    );
    expect(() => ids({ paper: ['kobayashi-2024'] })).toThrow('has no claim yet');
    expect(() => ids({ paper: ['zhao-2021'], only: ['geva-2021/c1*'] })).toThrow('matches both');
  });

  it('does not read a pattern as a regular expression', () => {
    expect(() => ids({ only: ['geva.2021/c7-many-cells-fire'] })).toThrow('No claim matches');
  });
});

describe('dryRun', () => {
  it('tells the cost from accepted times, else from budgets, and what cannot run at the scale', () => {
    const two = claims.filter(({ id }) => /c7|c10/.test(id));
    const entry = { verdict: 'reproduced' as const, headline: 1, monteCarloError: 0, seconds: 7, reason: 'test' };
    const text = dryRun(two, { schemaVersion: 1, scale: 'mini', claims: { [two[0]!.id]: entry } }, 'mini');
    expect(text).toMatch(/c7-many-cells-fire +about 7 s/);
    expect(text).toMatch(/c10-residual-holds-answer +at most 2 min \(budget\)/);
    expect(text).toMatch(/2 claims, about 2 min/);
    expect(dryRun(two, { schemaVersion: 1, scale: 'paper', claims: {} }, 'paper')).toMatch('not at scale paper');
  });
});
