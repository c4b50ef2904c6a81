import type { Units } from '../../src/claim/statistic';
import { CONTROL, type Continued } from '../../src/papers/zhao-2021/materials/continued';
import type { TokenScores } from '../../src/papers/zhao-2021/materials/token-scores';
import { LAYERS } from '../planted';
import { latents, type Random } from '../random';

/** Points that are lost right after a change, and after further training. */
export type Lost = readonly [before: number, after: number];

/** What is true of models that are changed and trained further: each entry is one of a model. */
export interface TrialsTruth {
  /** Nats by which the unchanged model lies below a unigram model. */
  below: readonly number[];
  lost: Readonly<Record<string, readonly Lost[]>>;
}

/** About how much accuracy (points) and loss (nats) of single rows of text differ. */
const SPREAD = { accuracy: 15, loss: 0.7 };
const OWN = 40;
const UNIGRAM = 6;

/** Outcomes of trials as models would have them if this were true of them; rows are alike in all trials of a model. */
export function plantedTrials(clusters: readonly number[], { below, lost }: TrialsTruth, random: Random): Continued {
  const names = Object.keys(lost);
  const units: Units = { clusters, method: 'planted' };
  return {
    trials: names.map((name) => ({ name })),
    names: below.map((_, model) => `model ${model + 1}`),
    models: below.map((nats, model) => {
      const noise = latents(clusters, 2 * (names.length + 1), random);
      const scores = (accuracy: number): TokenScores => {
        const hardness = noise.pop()!;
        return {
          accuracy: hardness.map((value) => accuracy + SPREAD.accuracy * value),
          loss: hardness.map((value) => UNIGRAM - nats - SPREAD.loss * value),
        };
      };
      const outcome = ([before, after]: Lost) => ({ before: scores(OWN - before), after: scores(OWN - after) });
      return Object.fromEntries([
        [CONTROL, outcome([0, 0])],
        ...names.map((name) => [name, outcome(lost[name]![model]!)] as const),
      ]);
    }),
    unigram: new Float64Array(clusters.length).fill(UNIGRAM),
    mostFrequent: new Float64Array(clusters.length),
    layers: LAYERS,
    long: true,
    units,
    dropped: [],
    deviations: [],
  };
}
