import { describe, expect, it } from 'vitest';
import { readCatalogue } from '../../src/run/catalogue';
import { dryRun } from '../../src/run/dry-run';
import { budgetOf, planPairs, type Selection } from '../../src/run/plan';
import type { Subject } from '../../src/subjects/subject';

const { claims } = await readCatalogue();
const given: Subject = { id: 'tiny', scale: 'checkpoint', variants: { base: '/nowhere' }, missing: 'it is gone' };
const plan = (selection: Partial<Selection> = {}, model?: Subject) =>
  planPairs(claims, { paper: [], only: [], subject: [], smoke: false, ...selection }, model);
const keys = (selection: Partial<Selection> = {}, model?: Subject) => plan(selection, model).map(({ key }) => key);

describe('the pairs of claims and subjects', () => {
  it('are all claims on the subjects of their papers, one paper, a glob, or both', () => {
    const asked = keys().map((key) => key.slice(key.indexOf('/') + 1));
    expect(new Set(asked)).toEqual(
      new Set(claims.filter(({ record }) => record.kind !== 'extension').map(({ record }) => record.id)),
    );
    const zhao = keys({ paper: ['zhao-2021'] });
    expect(zhao).toContain('exact/zhao-2021/a6-ffn-parameters');
    expect(zhao.every((key) => key.includes('/zhao-2021/'))).toBe(true);
    expect(keys({ only: ['geva-2021/c1*'] })).toEqual([
      'mini-gpt/geva-2021/c1-keys-have-patterns',
      'mini-gpt/geva-2021/c10-residual-holds-answer',
      'mini-gpt/geva-2021/c11-confidence-grows',
      'mini-gpt/geva-2021/c12-refines-not-overrides',
      'mini-gpt/geva-2021/c13-composition-distant',
    ]);
    expect(keys({ only: ['*parameter*'], paper: ['sridhar-2020'] })).toEqual(['exact/sridhar-2020/b2-parameter-count']);
  });

  it('are one a claim for each subject that is named; an exact claim has none', () => {
    expect(keys({ only: ['geva-2021/c7*'], subject: ['mini-bert', 'mini-gpt'] })).toEqual([
      'mini-bert/geva-2021/c7-many-cells-fire',
      'mini-gpt/geva-2021/c7-many-cells-fire',
    ]);
    expect(keys({ only: ['geva-2021/c0*'], subject: ['mini-bert', 'mini-gpt'] })).toEqual([
      'exact/geva-2021/c0-memory-identity',
    ]);
  });

  it('have a column of their own where a claim trains its own nets', () => {
    const [pair, ...others] = plan({ only: ['zhao-2021/a12-skips-in-plain*'], subject: ['mini-bert', 'mini-gpt'] });
    expect(pair).toMatchObject({ key: 'toy-nets/zhao-2021/a12-skips-in-plain-nets', scale: 'toy-nets' });
    expect([pair!.subject, others]).toEqual([undefined, []]);
  });

  it('are those of a given model, at its scale', () => {
    const pairs = plan({ only: ['geva-2021/c7*', 'geva-2021/c0*'] }, given);
    expect(pairs.map(({ key, scale, subject }) => [key, scale, subject])).toEqual([
      ['exact/geva-2021/c0-memory-identity', 'exact', undefined],
      ['tiny/geva-2021/c7-many-cells-fire', 'checkpoint', given],
    ]);
  });

  it('have extensions only where a checkpoint is asked', () => {
    const extension = 'sridhar-2020/b8-one-block-cut';
    expect(keys({ subject: ['mini-bert', 'splade-tiny'], only: ['sridhar-2020/b8*', 'geva-2021/c7*'] })).toEqual([
      'mini-bert/geva-2021/c7-many-cells-fire',
      'splade-tiny/geva-2021/c7-many-cells-fire',
      `splade-tiny/${extension}`,
    ]);
    expect(keys({ only: [extension] }, given)).toEqual([`tiny/${extension}`]);
    expect(() => keys({ only: [extension] })).toThrow(`${extension}: extensions are asked of checkpoints`);
  });

  it('of --smoke are one a paper, on trained weights where there is one', () => {
    const smoke = keys({ smoke: true });
    expect(smoke.map((key) => key.split('/')[1])).toEqual([
      ...new Set(claims.map(({ record }) => record.id.split('/')[0])),
    ]);
    expect(smoke[0]).toBe('mini-gpt/geva-2021/c7-many-cells-fire');
    const sridhar = claims.filter(
      ({ record: { id } }) => id.startsWith('sridhar-2020/b6') || id.startsWith('sridhar-2020/b2'),
    );
    const selection = { paper: [], only: [], subject: [], smoke: true };
    // A derived claim says nothing without the claims that it follows from.
    expect(planPairs(sridhar, selection).map(({ key }) => key)).toEqual(['exact/sridhar-2020/b2-parameter-count']);
  });

  it('are refused with the nearest names where nothing matches', () => {
    expect(() => keys({ only: ['geva-2021/c10'] })).toThrow(
      /No claim matches "geva-2021\/c10". The nearest are geva-2021\/c10/,
    );
    expect(() => keys({ only: ['geva-2021/c8-zero-agreemnt'] })).toThrow('geva-2021/c8-zero-agreement');
    expect(() => keys({ paper: ['geva2021'] })).toThrow(
      'The papers are geva-2021, zhao-2021, sridhar-2020, kobayashi-2024',
    );
    expect(() => keys({ paper: ['zhao-2021'], only: ['geva-2021/c1*'] })).toThrow('matches both');
    expect(() => keys({ subject: ['mini-gtp'] })).toThrow(
      /There is no subject "mini-gtp"\. The subjects are mini-gpt, mini-bert, .*; --model measures any other/,
    );
  });

  it('on the texts of a task are those of papers that read them', () => {
    const onTask: Subject = { ...given, id: 'tiny-mnli-0.1', reads: { task: 'mnli', fraction: 0.1 } };
    expect(keys({ paper: ['zhao-2021'], only: ['*/a9-distance-of*'] }, onTask)).toEqual([
      'tiny-mnli-0.1/zhao-2021/a9-distance-of-swaps',
    ]);
    expect(() => keys({}, onTask)).toThrow('--task is for the claims of zhao-2021 alone; add --paper zhao-2021.');
  });

  it('of a paper without claims are none', () => {
    const other = claims.filter(({ record }) => !record.id.startsWith('geva-2021/'));
    const ask = () => planPairs(other, { paper: ['geva-2021'], only: [], subject: [], smoke: false });
    expect(ask).toThrow('Paper geva-2021 has no claim yet.');
  });

  it('are not found by a pattern that only a regular expression would match', () => {
    expect(() => keys({ only: ['geva.2021/c7-many-cells-fire'] })).toThrow('No claim matches');
  });
});

it('the budget of a pair is its own and that of all that its material is made of', () => {
  const [pair] = plan({ only: ['geva-2021/c4*'] });
  const { seconds } = pair!.claim.record.budget;
  // triggers, which take 240 s at most, and the values held against them, which take 60
  expect(budgetOf(pair!)).toBe(seconds + 240 + 60);
  expect(budgetOf(plan({ only: ['geva-2021/c0*'] })[0]!)).toBe(30);
});

describe('a dry run', () => {
  const two = plan({ only: ['geva-2021/c7*', 'geva-2021/c10*'] });
  const entry = { verdict: 'reproduced' as const, headline: 1, monteCarloError: 0, seconds: 7, reason: 'test' };
  const accepted = (materials: Record<string, number>) => (subject: string) => ({
    schemaVersion: 2 as const,
    subject,
    claims: { [two[0]!.claim.record.id]: entry },
    materials,
  });

  it('tells the cost from accepted times, or else from budgets, with the materials that claims share', () => {
    const text = dryRun(two, accepted({ 'readings (trained)': 33 }));
    expect(text).toMatch(/mini-gpt\/geva-2021\/c7-many-cells-fire +about 7 s/);
    expect(text).toMatch(/mini-gpt\/geva-2021\/c10-residual-holds-answer +at most 2 min 00 s \(budget\)/);
    expect(text).toMatch(/mini-gpt: readings \(trained\) +about 33 s, shared by several claims/);
    expect(text).toMatch(/2 claims, at most about 2 min 40 s/);
    expect(dryRun(two.slice(0, 1), accepted({}))).toMatch(/1 claim, at most about 7 s/);
  });
});
