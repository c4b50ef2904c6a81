import { describe, expect, it } from 'vitest';
import { negativeControls } from '../../src/geva-2021/negative-controls';
import { readCatalogue } from '../../src/harness/catalogue';
import type { Criterion } from '../../src/harness/verdict';

const band = (name: string, interval: [number, number]): Criterion => ({
  name,
  statement: name,
  kind: 'band',
  low: 0,
  high: null,
  sesoi: 10,
  level: 0.95,
  parts: [{ label: 'all', estimate: (interval[0] + interval[1]) / 2, interval }],
});
const holds = band('holds', [1, 3]);
const fails = band('fails', [-3, -1]);
const open = band('open', [-1, 1]);
const { low: _, high: __, sesoi: ___, ...rest } = { low: 0, high: 0, sesoi: 0, ...holds };
const unasserted: Criterion = { ...rest, name: 'unasserted', kind: 'not asserted', why: 'too small' };

describe('negativeControls', () => {
  const controls = negativeControls({
    untrained: { expected: 'nothing' },
    shuffled: { expected: 'everything', reported: 'it cannot break' },
  });
  const outcomeOf = (criteria: Criterion[]) =>
    controls.outcomes({ untrained: criteria, shuffled: criteria }, (asked) => ({ criteria: asked, detail: 'found' }));

  it.each([
    ['all criteria hold', [holds, holds], 'failed', 'found; holds there too: holds, holds'],
    ['one fails', [holds, fails], 'passed', 'found; holds there too: holds'],
    ['one is open', [holds, open], 'passed', 'found; holds there too: holds'],
    ['none holds', [fails, open], 'passed', 'found; no criterion holds there'],
    ['all hold that are asserted', [holds, unasserted], 'failed', 'found; holds there too: holds'],
    ['nothing is asserted', [unasserted], 'reported', 'found; nothing is asserted of it at this scale'],
  ])('where %s', (_name, criteria, outcome, detail) => {
    const [untrained, shuffled] = outcomeOf(criteria);
    expect(untrained).toEqual({ name: 'untrained model', kind: 'negative', outcome, detail });
    expect(shuffled).toEqual({ name: 'shuffled pairs', kind: 'negative', outcome: 'reported', detail });
  });

  it('say in the record why one has no say', () => {
    const [untrained, shuffled] = controls.records;
    expect(untrained).toMatchObject({ name: 'untrained model', expected: 'nothing' });
    expect(untrained!.description).not.toContain('without a say');
    expect(shuffled!.description).toContain('without a say in the verdict: it cannot break');
  });
});

describe('the claims about what a model does', async () => {
  const claims = (await readCatalogue())
    .map(({ claim }) => claim)
    .filter(({ id, kind }) => id.startsWith('geva-2021/') && kind !== 'exact');

  it('have both negative controls each', () => {
    expect(claims).toHaveLength(13);
    for (const { id, controls } of claims)
      expect(
        controls.map(({ name }) => name),
        id,
      ).toEqual(expect.arrayContaining(['untrained model', 'shuffled pairs']));
  });

  it('are judged by shuffled pairs where they are about keys with their values, or about what the values say', () => {
    const judged = claims.filter(({ controls }) =>
      controls.some(({ name, description }) => name === 'shuffled pairs' && !description.includes('without a say')),
    );
    expect(judged.map(({ id }) => /c\d+/.exec(id)![0]).sort()).toEqual(['c12', 'c13', 'c4', 'c5', 'c6', 'c8', 'c9']);
  });
});
