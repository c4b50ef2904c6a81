import { describe, expect, it } from 'vitest';
import { derived } from '../../src/claim/derived';
import type { Verdict } from '../../src/claim/schema';
import { nothing } from '../../src/materials/nothing';
import { names, toyBench, toyClaim } from './toy';

const sources = ['toy-2000/c1-above', 'toy-2000/c2-below'].map((id) => {
  const claim = toyClaim({});
  return { ...claim, record: { ...claim.record, id } };
});
const claim = derived('toy-2000/c3-follows', {
  title: 'It follows',
  locator: 'section 1',
  says: 'Both hold.',
  estimand: 'the verdicts of two claims',
  source: 'the paper',
  from: sources,
  material: nothing,
});
const measure = (...verdicts: (Verdict | undefined)[]) =>
  claim.measure(
    { ...toyBench(), verdictOf: (id) => verdicts[sources.findIndex(({ record }) => record.id === id)] },
    names,
  );

describe('a claim that follows from others', () => {
  it('tells those of one number apart', async () => {
    const ids = ['toy-2000/c1-above', 'toy-2000/c1-far-above', 'toy-2000/c2-below'];
    const from = ids.map((id) => ({ ...sources[0]!, record: { ...sources[0]!.record, id } }));
    const { material, record } = claim;
    const { title, locator, claim: says, estimand, source } = record;
    const follows = derived('toy-2000/c3-follows', {
      ...{ title, locator, says, estimand, source, from },
      material: material as typeof nothing,
    });
    const { sentence } = await follows.measure({ ...toyBench(), verdictOf: () => 'reproduced' }, names);
    expect(sentence).toBe('It follows from C1 above (reproduced), C1 far above (reproduced), C2 (reproduced).');
  });

  it('names them, and measures nothing itself', () => {
    expect(claim.record).toMatchObject({
      kind: 'derivedFrom',
      derivedFrom: ['toy-2000/c1-above', 'toy-2000/c2-below'],
    });
  });

  it('rests on times where one of them does', () => {
    const [first, second] = sources as [(typeof sources)[0], (typeof sources)[0]];
    const from = [first, { ...second, record: { ...second.record, timed: true as const } }];
    const { title, locator, claim: says, estimand, source } = claim.record;
    const spec = { title, locator, says, estimand, source, material: nothing };
    expect(derived('toy-2000/c3-follows', { ...spec, from }).record.timed).toBe(true);
    expect(claim.record.timed).toBeUndefined();
  });

  it.each<[Verdict | undefined, Verdict | undefined, Verdict]>([
    ['reproduced', 'reproduced', 'reproduced'],
    ['reproduced', 'partially', 'partially'],
    ['partially', 'partially', 'partially'],
    ['reproduced', 'not reproduced', 'not reproduced'],
    ['not reproduced', 'not reproduced', 'not reproduced'],
    ['reproduced', 'inconclusive', 'inconclusive'],
    ['reproduced', 'not run', 'inconclusive'],
    ['reproduced', undefined, 'inconclusive'],
  ])('of %s and %s is %s', async (one, two, verdict) => {
    const measured = await measure(one, two);
    expect(measured.verdict).toBe(verdict);
    expect(measured.sentence).toBe(
      `It follows from C1 (${one ?? 'not measured in this run'}), C2 (${two ?? 'not measured in this run'}).`,
    );
  });
});
