import { matrix } from '@interlayer/linalg';
import { randomIndex, shuffled } from '@interlayer/stats';
import { describe, expect, test } from 'vitest';
import { type ProbeOptions, type ProbeRecord, probe } from '../src/index';
import { plantedData } from './formula-data';

/** What a reader concludes: the features tell the label apart if the probe beats the majority and its control task. */
const tells = ({ test, majority, selectivity }: ProbeRecord): boolean =>
  test.lower > majority.test.estimate && selectivity.lower > 0;

const recordOf = async (options: ProbeOptions) => (await probe({ ...options, codelength: false })).record;

describe('labels', () => {
  const { X, ids } = plantedData({ n: 300, d: 6, signal: 4 });
  const groups = Array.from(ids, (_, i) => Math.floor(i / 5));

  test('that the features tell apart are told apart, and no longer once they are shuffled', async () => {
    expect(tells(await recordOf({ X, labels: Array.from(ids), groups, seed: 1 }))).toBe(true);
    for (const seed of [1, 2, 3]) {
      const labels = shuffled(Array.from(ids), randomIndex(seed));
      expect(tells(await recordOf({ X, labels, groups, seed: 1 }))).toBe(false);
    }
  });
});

describe('sentences that look like themselves and have a label each', () => {
  const [sentences, tokens, d] = [60, 5, 40];
  const { X: topics } = plantedData({ n: sentences, d, signal: 0, seed: 2 });
  const { X: noise } = plantedData({ n: sentences * tokens, d, signal: 0, seed: 3 });
  const groups = Array.from({ length: sentences * tokens }, (_, row) => Math.floor(row / tokens));
  const X = matrix(
    noise.data.map((value, i) => 2 * topics.data[groups[Math.floor(i / d)] * d + (i % d)] + value),
    d,
  );
  // Drawn without a look at the features: nothing is there to be found in a new sentence.
  const draw = randomIndex(4);
  const labelOf = Array.from({ length: sentences }, () => draw(2));
  const labels = groups.map((sentence) => labelOf[sentence]);

  test('are told apart only where the test split leaks: where tokens of one sentence are in train and in test', async () => {
    expect(tells(await recordOf({ X, labels, groups, seed: 1 }))).toBe(false);
    // With groups such a split is refused; without them nothing can tell.
    expect(tells(await recordOf({ X, labels, seed: 1 }))).toBe(true);
  });
});
