import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withUsed } from '../../src/materials/material';
import { type Accepted, readAccepted } from '../../src/run/accepted';
import { readCatalogue } from '../../src/run/catalogue';
import { type Lane, planLanes, threadsOf } from '../../src/run/lanes';
import { type Options, parseOptions } from '../../src/run/options';
import { type Pair, planPairs } from '../../src/run/plan';
import type { Subject } from '../../src/subjects/subject';

const { claims } = await readCatalogue();
const given: Subject = { id: 'tiny', scale: 'checkpoint', variants: { base: '/nowhere' }, missing: 'it is gone' };
const machine = { cores: 2, megabytes: 8000 };
const pairsOf = (options: Options, model?: Subject) => planPairs(claims, options, model);
const all = pairsOf({ ...parseOptions([]), subject: ['mini-gpt', 'mini-bert', 'splade-tiny'] });

const unknown = (subject: string): Accepted => ({ schemaVersion: 2, subject, claims: {}, materials: {} });

/** Subject and name of each material that cost ten seconds or more under some condition. */
const costlyOf = ({ subjectId, claim }: Pair) => {
  const accepted = Object.entries(readAccepted(subjectId).materials);
  return withUsed(claim.material)
    .filter(({ name }) => accepted.some(([key, seconds]) => key.startsWith(`${name} (`) && seconds >= 10))
    .map(({ name }) => `${subjectId}: ${name}`);
};
/** What pairs were accepted to cost, each of their materials made once. */
const secondsOf = (pairs: readonly Pair[]) => {
  const measured = pairs
    .map(({ subjectId, claim }) => ({ claim, accepted: readAccepted(subjectId), subjectId }))
    .filter(({ claim, accepted }) => accepted.claims[claim.record.id]?.verdict !== 'not run');
  const materials = new Map(
    measured.flatMap(({ subjectId, claim, accepted }) =>
      withUsed(claim.material).flatMap(({ name }) =>
        Object.entries(accepted.materials)
          .filter(([key]) => key.startsWith(`${name} (`))
          .map(([key, cost]) => [`${subjectId}: ${key}`, cost] as const),
      ),
    ),
  );
  const ofClaims = measured.map(({ claim, accepted }) => accepted.claims[claim.record.id]?.seconds ?? 0);
  return [...ofClaims, ...materials.values()].reduce((sum, each) => sum + each, 0);
};

describe('lanes', () => {
  it('hold every pair once, in order, sharers together, what is alone last, for any choice of pairs and cores', () => {
    const cores = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(fc.subarray(all, { minLength: 1 }), cores, fc.boolean(), (pairs, cores, isKnown) => {
        const accepted = isKnown ? readAccepted : unknown;
        const steps = planLanes(pairs, parseOptions([]), accepted, { cores, megabytes: 64_000 });
        expect(planLanes(pairs, parseOptions([]), accepted, { cores, megabytes: 64_000 })).toEqual(steps);
        const lanes = steps.flat();
        expect(lanes.flatMap((lane) => lane.pairs.map(({ key }) => key)).sort()).toEqual(
          pairs.map(({ key }) => key).sort(),
        );
        for (const lane of lanes) {
          expect(lane.pairs).toEqual(pairs.filter((pair) => lane.pairs.includes(pair)));
          expect(lane.pairs.length).toBeGreaterThan(0);
          for (const pair of lane.pairs)
            expect(threadsOf(pair, parseOptions([]), { cores, megabytes: 0 })).toBe(lane.threads);
        }
        const isAlone = ({ scale, claim: { record } }: Pair) =>
          scale === 'checkpoint' || record.timed === true || record.kind === 'derivedFrom';
        const beside = steps.filter((step) => step.some((lane) => !lane.pairs.every(isAlone)));
        expect(beside).toEqual(pairs.every(isAlone) ? [] : [steps[0]]);
        for (const step of beside)
          for (const lane of step) expect([lane.pairs.some(isAlone), lane.threads]).toEqual([false, 1]);
        expect(beside.flat().length).toBeLessThanOrEqual(cores);
        const makers = pairs.filter((pair) => !isAlone(pair) && withUsed(pair.claim.material).some(({ help }) => help));
        for (const lane of lanes)
          expect(lane.helps ?? []).toEqual(
            lane.pairs.every(isAlone) ? [] : makers.filter((pair) => !lane.pairs.includes(pair)),
          );
        if (pairs.some(isAlone)) expect(steps.at(-1)).toMatchObject([{ threads: cores }]);
        if (!isKnown) return;
        const laneOf = new Map<string, Lane>();
        for (const lane of beside.flat())
          for (const name of new Set(lane.pairs.flatMap(costlyOf))) {
            expect(laneOf.has(name), `${name} is made in two lanes`).toBe(false);
            laneOf.set(name, lane);
          }
      }),
      { numRuns: 60 },
    );
  });

  // Of the other two papers most of the time goes into one material, which only one process can make.
  it.each(['zhao-2021', 'kobayashi-2024'])('of %s take about as long as each other on two cores', (paper) => {
    const options = parseOptions(['--paper', paper]);
    const [first, second] = planLanes(pairsOf(options), options, readAccepted, machine)[0]!.map(({ pairs }) =>
      secondsOf(pairs),
    ) as [number, number];
    expect(Math.max(first, second) / (first + second)).toBeLessThan(0.6);
  });

  it('are as many as cores, threads and memory allow, or as were asked for', () => {
    const count = (args: string[], { cores = 2, megabytes = 8000 } = {}) =>
      planLanes(pairsOf(parseOptions(args)), parseOptions(args), readAccepted, { cores, megabytes })[0]!.length;
    const paper = ['--paper', 'zhao-2021'];
    expect(count(paper)).toBe(2);
    expect(count(paper, { cores: 1 })).toBe(1);
    expect(count(paper, { cores: 3 })).toBe(3);
    expect(count(paper, { megabytes: 4500 })).toBe(1);
    expect(count([...paper, '--threads', '2'])).toBe(1);
    expect(count([...paper, '--threads', '2'], { cores: 5 })).toBe(2);
    expect(count([...paper, '--lanes', '1'])).toBe(1);
    expect(count([...paper, '--lanes', '2'], { cores: 1, megabytes: 100 })).toBe(2);
    expect(count(['--only', 'zhao-2021/a1-*'])).toBe(1);
  });

  it('are one, with all cores, for a checkpoint and for a backend on a graphics card', () => {
    for (const [args, model] of [
      [['--model', 'x', '--paper', 'geva-2021'], given],
      [['--paper', 'geva-2021', '--backend', 'webgpu'], undefined],
    ] as const) {
      const options = parseOptions(args);
      const pairs = pairsOf(options, model);
      expect(planLanes(pairs, options, readAccepted, machine)).toEqual([[{ pairs, threads: 2 }]]);
    }
  });

  it('change no number: a pair has the same threads alone and among all, or those that were asked for', () => {
    const [pair] = pairsOf(parseOptions(['--only', 'zhao-2021/a1-*']));
    for (const cores of [1, 2, 16]) expect(threadsOf(pair!, parseOptions([]), { cores, megabytes: 8000 })).toBe(1);
    expect(threadsOf(pair!, parseOptions(['--threads', '3']), machine)).toBe(3);
  });
});
