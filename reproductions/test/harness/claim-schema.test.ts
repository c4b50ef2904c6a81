import { describe, expect, it } from 'vitest';
import { readCatalogue } from '../../src/harness/catalogue';
import { parseClaim } from '../../src/harness/claim-schema';
import { papers } from '../../src/harness/papers';

const catalogue = await readCatalogue();
const { claim } = catalogue.find(({ claim: { kind } }) => kind === 'measured')!;

describe('parseClaim', () => {
  it('takes every claim of the catalogue', () => {
    for (const { claim: each } of catalogue) expect(parseClaim(each)).toEqual(each);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an id without a number', { id: 'geva-2021/residual' }, 'an id looks like'],
    ['another version', { schemaVersion: 2 }, 'schemaVersion'],
    ['a kind that does not exist', { kind: 'guessed' }, 'kind'],
    ['a missing source', { expected: { statement: 'it grows' } }, 'expected.source'],
    ['an unknown field', { verdict: 'reproduced' }, 'verdict'],
    ['no scale', { scales: [] }, 'scales'],
    ['an unknown scale', { scales: ['huge'] }, 'scales'],
    ['no budget', { budget: undefined }, 'budget'],
    ['a budget of nothing', { budget: { seconds: 0, megabytes: 10 } }, 'budget.seconds'],
    ['no smallest effect', { sesoi: undefined }, 'smallest effect that matters'],
    ['no untrained control', { controls: [] }, 'untrained model of the same shape'],
    ['exact, at a scale', { kind: 'exact' }, 'an exact claim, and no other'],
    ['derived from nothing', { kind: 'derivedFrom' }, 'lists what it is derived from'],
  ])('rejects %s, and names claim and fault', (_, change, fault) => {
    expect(() => parseClaim({ ...claim, ...change })).toThrow(fault);
  });
});

describe('the catalogue', () => {
  it('is in the order of the papers, then of the numbers', () => {
    expect(catalogue.map(({ claim: { id } }) => id)).toEqual([
      'geva-2021/c0-memory-identity',
      'geva-2021/c1-keys-have-patterns',
      'geva-2021/c2-shallow-then-semantic',
      'geva-2021/c3-mutated-prefix',
      'geva-2021/c4-values-predict',
      'geva-2021/c5-next-token-rank',
      'geva-2021/c6-sharp-values-predict',
      'geva-2021/c7-many-cells-fire',
      'geva-2021/c8-zero-agreement',
      'geva-2021/c9-exceptions-trivial',
      'geva-2021/c10-residual-holds-answer',
      'geva-2021/c11-confidence-grows',
      'geva-2021/c12-refines-not-overrides',
      'geva-2021/c13-composition-distant',
      'zhao-2021/a6-ffn-parameters',
      'sridhar-2020/b2-parameter-count',
    ]);
    for (const { claim: each } of catalogue) expect(papers.some(({ id }) => each.id.startsWith(`${id}/`))).toBe(true);
  });
});
