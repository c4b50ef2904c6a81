import { describe, expect, it } from 'vitest';
import { above, atLeast, effect, exactly } from '../../src/claim/criterion';
import type { Scale } from '../../src/claim/schema';
import { shuffledPairs, untrained } from '../../src/conditions';
import { check, type Means, names, type ToySpec, toyBench, toyClaim } from './toy';

const trained = { first: 2, second: 3 };
const zero = { first: 0, second: 0 };
const measure = (means: Means, change: Partial<ToySpec> = {}, scale?: Scale) =>
  toyClaim(means, change).measure(toyBench(scale), names);

describe('the record of a claim', () => {
  it('says what the claim says, and what its material and its controls do', () => {
    const { record } = toyClaim({}, { needs: ['readout'], restsOn: ['P7'], contrary: ['another paper, table 1'] });
    expect(record).toEqual({
      schemaVersion: 2,
      id: 'toy-2000/c1-above',
      title: 'Numbers are positive',
      locator: 'section 0',
      claim: 'All means exceed zero.',
      kind: 'measured',
      estimand: 'mean of the numbers; 40 numbers',
      source: 'nowhere',
      controls: [
        {
          name: 'untrained model',
          kind: 'negative',
          description:
            'The same criteria, asked of the model before its training, as its card tells, or else a model of its shape with new weights; it may not meet all of those that are asserted',
          expected: 'means of zero',
        },
      ],
      contrary: ['another paper, table 1'],
      restsOn: ['P7'],
      needs: ['readout'],
      budget: { seconds: 120, megabytes: 1500 },
    });
  });

  it('of something measured has the untrained model among its controls', () => {
    const controls = [shuffledPairs.mustNotReproduce('nothing')];
    for (const kind of ['measured', 'extension'] as const)
      expect(() => toyClaim({}, { controls, kind })).toThrow(
        'toy-2000/c1-above is measured, so the untrained model of the same shape is among its controls.',
      );
    expect(() => toyClaim({}, { controls, kind: 'proxy' })).not.toThrow();
  });

  it('is refused with all of its faults at once', () => {
    const spoiled = () => toyClaim({}, { title: '', restsOn: ['seven'], budget: { seconds: 0, megabytes: 1 } });
    expect(spoiled).toThrow('The record of toy-2000/c1-above does not fit its schema');
    for (const fault of ['title', 'a property is named like P7', 'budget.seconds']) expect(spoiled).toThrow(fault);
  });
});

describe('measuring a claim', () => {
  it('gives verdict, headline, sample, power and everything that is shown', async () => {
    const measured = await measure(
      { trained, untrained: zero },
      {
        deviations: () => ['a second one'],
        figure: ({ ours, estimate }) => ({
          kind: 'bars',
          title: 'Means',
          unit: 'points',
          bars: [{ label: 'first', parts: [{ name: 'all', value: estimate([ours.first])[0]!.estimate! }] }],
        }),
        table: () => undefined,
      },
    );
    expect(measured).toMatchObject({
      verdict: 'reproduced',
      sentence: 'toy: first.',
      headline: { name: 'mean of the first', unit: 'points', method: 'bootstrap over numbers' },
      n: 40,
      dropped: [{ count: 2, why: 'too long' }],
      deviations: ['numbers instead of models', 'a second one'],
      tables: [],
    });
    expect(measured.headline!.value).toBeCloseTo(2, 12);
    expect(measured.headline!.monteCarloError).toBeGreaterThan(0);
    // the headline is the estimate of the criterion's part, at its own level
    expect(measured.headline!.interval).toEqual(measured.criteria[0]!.parts[0]!.interval);
    const [figure] = measured.figures;
    expect(figure?.kind === 'bars' && figure.bars[0]!.parts[0]!.value).toBeCloseTo(2, 12);
    expect(measured.criteria.map(({ name, status, power }) => [name, status, power! > 0.99])).toEqual([
      ['first', 'holds', true],
      ['second', 'holds', true],
    ]);
    expect(measured.criteria[0]).not.toHaveProperty('sampleNeeded');
  });

  it('says what sample would give a power of 0.8 where there is less', async () => {
    const { criteria } = await measure(
      { trained, untrained: zero },
      {
        criteria: ({ first }) => ({ first: ['By a little', above(0, [first], effect(0.1, 'points'))] }),
        n: () => 1000,
      },
    );
    const [{ power, sampleNeeded, parts }] = criteria as [(typeof criteria)[number]];
    expect(power).toBeLessThan(0.8);
    // the standard error that gives power 0.8 is 0.1 / (1.95996 + 0.84162), and errors shrink with the root of the sample
    const [low, high] = parts[0]!.interval as [number, number];
    const error = (high - low) / 2 / 1.959964;
    expect(sampleNeeded).toBe(Math.ceil(1000 * ((error * 2.801585) / 0.1) ** 2));
  });

  it('counts without resampling, and takes n from the claim where it says so', async () => {
    const measured = await measure(
      { trained },
      {
        kind: 'exact',
        controls: [],
        criteria: () => ({ counted: ['Nothing is off', exactly([{ label: 'off', count: 0 }])] }),
        headline: () => ['things off', '', 0],
        n: () => 7,
      },
    );
    expect(measured).toMatchObject({
      verdict: 'reproduced',
      n: 7,
      headline: { name: 'things off', unit: '', method: 'counted', value: 0, monteCarloError: 0 },
    });
    expect(measured.criteria[0]).not.toHaveProperty('power');
  });

  it('gives the same for the same seed', async () => {
    const means = { trained, untrained: { first: 0.4, second: 0.6 } };
    expect(await measure(means)).toEqual(await measure(means));
  });
});

describe('a condition that may not reproduce the claim', () => {
  const both = { first: 2, second: 2 };
  it.each<[string, { first: number; second: number }, string, string, string]>([
    ['all criteria hold', both, 'failed', 'holds there too: first, second', 'inconclusive'],
    ['one fails', { first: 2, second: 0 }, 'passed', 'holds there too: first', 'reproduced'],
    ['one is open', { first: 2, second: 0.5 }, 'passed', 'holds there too: first', 'reproduced'],
    ['one has the direction only', { first: 0.25, second: 2 }, 'passed', 'holds there too: second', 'reproduced'],
    ['none holds', zero, 'passed', 'no criterion holds there', 'reproduced'],
  ])('%s', async (_, control, outcome, held, verdict) => {
    const measured = await measure({ trained, untrained: control });
    expect(measured.controls).toEqual([
      { name: 'untrained model', kind: 'negative', outcome, detail: `first was measured; ${held}` },
    ]);
    expect(measured.verdict).toBe(verdict);
  });

  it('has no say where it is only shown', async () => {
    const controls = [
      untrained.mustNotReproduce('means of zero'),
      shuffledPairs.shownOnly('it cannot break', 'the same means'),
    ];
    const claim = toyClaim({ trained, untrained: zero, shuffled: both }, { controls });
    expect(claim.record.controls[1]!.description).toContain('shown without a say in the verdict: it cannot break');
    const measured = await claim.measure(toyBench(), names);
    expect(measured.verdict).toBe('reproduced');
    expect(measured.controls[1]).toEqual({
      name: 'shuffled pairs',
      kind: 'negative',
      outcome: 'reported',
      detail: 'first was measured; holds there too: first, second',
    });
  });

  it('is not asked what makes no sense to ask of it', async () => {
    const criteria =
      (second: object): ToySpec['criteria'] =>
      (ours, all) => ({
        first: ['The first exceeds zero', above(0, [ours.first], effect(0.5, 'points'))],
        second: [
          'The second exceeds that of the untrained model',
          above(
            0,
            [{ ...ours.second, of: (w) => ours.second.of(w) - all.untrained.second.of(w) }],
            effect(0.5, 'points'),
            second,
          ),
        ],
      });
    const means = { trained, untrained: { first: 2, second: 0 } };
    const asked = await measure(means, { criteria: criteria({}) });
    expect(asked.controls[0]).toMatchObject({ outcome: 'passed' });
    // without the comparison with itself only the first criterion is left, and it holds there
    const left = await measure(means, { criteria: criteria({ notAskedOf: ['untrained'] }) });
    expect(left.controls[0]).toMatchObject({ outcome: 'failed', detail: 'first was measured; holds there too: first' });
    expect(left.criteria.map(({ name }) => name)).toEqual(['first', 'second']);
    const none = await measure(means, {
      criteria: ({ first }) => ({
        first: ['It exceeds zero', above(0, [first], effect(0.5, 'points'), { notAskedOf: ['untrained'] })],
      }),
    });
    expect(none.controls[0]).toMatchObject({ outcome: 'reported', detail: 'first was measured' });
  });

  it('without anything to say of what it did is judged all the same', async () => {
    const measured = await measure({ trained, untrained: zero }, { detail: undefined });
    expect(measured.controls[0]).toMatchObject({ outcome: 'passed', detail: 'no criterion holds there' });
  });
});

describe('a criterion that is not asserted of a model of a few layers', () => {
  const criteria: ToySpec['criteria'] = ({ first, second }) => ({
    first: ['The first exceeds zero', above(0, [first], effect(0.5, 'points'))],
    second: [
      'The second is at least 5',
      atLeast(5, [second], effect(0.5, 'points'), { notAssertedAtMini: 'six layers are too few' }),
    ],
  });

  it('has no say there, in the claim or in its controls', async () => {
    const mini = await measure({ trained, untrained: { first: 2, second: 0 } }, { criteria }, 'mini');
    expect(mini.criteria[1]).toMatchObject({ status: 'not asserted', notAsserted: 'six layers are too few' });
    expect(mini.criteria[1]).not.toHaveProperty('power');
    // the one that is left holds without training as well
    expect(mini.controls[0]).toMatchObject({ outcome: 'failed' });
    const silent = await measure({ trained, untrained: zero }, { criteria }, 'mini');
    expect(silent.verdict).toBe('partially');
  });

  it('is asserted of every other model', async () => {
    const large = await measure({ trained, untrained: { first: 2, second: 0 } }, { criteria }, 'checkpoint');
    expect(large.criteria[1]).toMatchObject({ status: 'fails' });
    expect(large.controls[0]).toMatchObject({ outcome: 'passed' });
    expect(large.verdict).toBe('partially');
  });

  it('leaves a control that is asked nothing else without a say', async () => {
    const only: ToySpec['criteria'] = (measured, all) => ({ second: criteria(measured, all).second! });
    const mini = await measure({ trained, untrained: { first: 0, second: 9 } }, { criteria: only }, 'mini');
    expect(mini.controls[0]).toMatchObject({
      outcome: 'reported',
      detail: 'first was measured; nothing is asserted of it at this scale',
    });
    expect(mini.verdict).toBe('inconclusive');
  });
});

describe('a control of the measurement', () => {
  it('sees the materials and what was measured of them, the trained model first, and takes the verdict when it fails', async () => {
    const seen: unknown[] = [];
    const looks = (passed: boolean) =>
      check('bookkeeping', (materials, measured) => {
        seen.push(
          materials.map(({ first }) => first[2]),
          measured.map(({ first }) => first.label),
        );
        return { passed, detail: passed ? 'nothing is off' : 'something is off' };
      });
    const means = { trained, untrained: zero, shuffled: { first: 1, second: 0 } };
    const controls = (passed: boolean) => [
      looks(passed),
      shuffledPairs.shownOnly('why not', 'something'),
      untrained.mustNotReproduce('nothing'),
    ];
    const good = await measure(means, { controls: controls(true) });
    expect(seen).toEqual([
      [2, 1, 0],
      ['first', 'first', 'first'],
    ]);
    expect(good.controls.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['bookkeeping', 'passed'],
      ['shuffled pairs', 'reported'],
      ['untrained model', 'passed'],
    ]);
    expect(good.verdict).toBe('reproduced');
    const bad = await measure(means, { controls: controls(false) });
    expect(bad.controls[0]).toEqual({
      name: 'bookkeeping',
      kind: 'positive',
      outcome: 'failed',
      detail: 'something is off',
    });
    expect(bad.verdict).toBe('inconclusive');
  });
});
