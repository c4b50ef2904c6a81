import { describe, expect, test } from 'vitest';
import { bootstrapInterval, hierarchicalBootstrap, pairedBootstrap } from '../src/index';
import { normalValues, plainMean } from './support';

/** INTERLAYER_FULL=1 draws four times as many samples, and so tells smaller faults. */
const SAMPLES = process.env.INTERLAYER_FULL === '1' ? 1000 : 250;
const NOMINAL = 0.95;
/** Three standard errors of the share that an exact interval covers: 2.1 points of 1000 samples, 4.1 of 250. */
const BAND = 3 * Math.sqrt((NOMINAL * (1 - NOMINAL)) / SAMPLES);

function coverage(truth: number, interval: (seed: number) => { lower: number; upper: number }): number {
  let covered = 0;
  for (let seed = 0; seed < SAMPLES; seed++) {
    const { lower, upper } = interval(seed);
    if (lower <= truth && truth <= upper) covered++;
  }
  return covered / SAMPLES;
}

function expectNominal(share: number) {
  expect(Math.abs(share - NOMINAL), `covers ${share}`).toBeLessThan(BAND);
}

/**
 * Designs for which the nominal coverage can be reached: means of normal data, 60 units (a percentile interval of a mean is
 * short by √(1 − 1/n) and uses the normal where Student's quantile belongs: about one point of coverage at n = 60), and for
 * groups a between-group deviation well above the within-group one. Seeds are fixed.
 */
describe('nominal 95 % intervals cover the truth in about 95 % of samples', () => {
  test.each(['percentile', 'bca'] as const)('%s, a mean of 60 values', (method) => {
    const draw = normalValues(1);
    expectNominal(coverage(0, (seed) => bootstrapInterval(draw(60), plainMean, { seed, method, resamples: 2000 })));
  });

  test('paired, a difference of means of 60 strongly correlated pairs', () => {
    const draw = normalValues(2);
    const difference = (x: Float64Array, y: Float64Array) => plainMean(y) - plainMean(x);
    expectNominal(
      coverage(0.3, (seed) => {
        const a = draw(60);
        const noise = draw(60);
        const b = a.map((x, i) => x + 0.3 + 0.2 * noise[i]);
        return pairedBootstrap(a, b, difference, { seed, resamples: 2000 });
      }),
    );
  });

  test('hierarchical, a mean of 40 groups of 2', () => {
    const draw = normalValues(3);
    const meanOfMeans = (groups: Float64Array[]) => {
      let total = 0;
      for (const group of groups) total += plainMean(group);
      return total / groups.length;
    };
    expectNominal(
      coverage(0, (seed) => {
        const groups = Array.from(draw(40), (centre) => draw(2).map((x) => centre + 0.4 * x));
        return hierarchicalBootstrap(groups, meanOfMeans, { seed, resamples: 2000 });
      }),
    );
  });
});
