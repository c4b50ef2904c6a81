import { seedFrom } from '@interlayer/text-data';
import type { Sample } from '../../../claim/claim';
import { drawRows } from '../../../materials/hidden-states';
import { openKept } from '../../../materials/kept';
import { type Bench, type Material, material } from '../../../materials/material';
import { standIns } from './affine-maps';
import { heldOutMasked } from './masked-text';
import { deviationsOf, LONGEST, SOURCE, STRETCH_INTERVALS, someTrainingText, textsOf } from './sample';
import type { TokenScores } from './token-scores';
import { createTrainer, type Outcome, RECIPE } from './trainer';
import type { Trial } from './trial';

/** Models that were changed and then trained further, and the unchanged ones with the same further training. */
export interface Continued extends Sample {
  trials: readonly Trial[];
  /** Names of the models. */
  names: readonly string[];
  /** For each model, by name of the trial; the unchanged model is CONTROL. */
  models: readonly Readonly<Record<string, Outcome>>[];
  /** Loss of a unigram model on each row. */
  unigram: Float64Array;
  /** Share of the masked tokens of each row that are the most frequent one of all, percent. */
  mostFrequent: Float64Array;
  layers: number;
  /** Whether training was as long, in proportion, as in the calibration run; what takes longer than a few steps is then asserted. */
  long: boolean;
}

export const CONTROL = 'unchanged';

/** Steps of further training, and with --thorough: 7 % of those of pre-training, of as many rows. */
const STEPS = 80;
const THOROUGH = { steps: 700, batch: 16 };
/** Stretches that models are scored on. */
const HELD = 128;

const tokens = (STEPS * RECIPE.batch * (LONGEST + 2)).toLocaleString('en');
const TRAINING = `further training: ${STEPS} steps of ${RECIPE.batch} rows (${tokens} tokens), the same for all`;

/** A material of models that are changed as some trials say and then trained further, beside the unchanged ones. */
export const continued = ({
  name,
  sample,
  seconds,
  trials: trialsOf,
}: {
  name: string;
  sample: string;
  seconds: number;
  trials(of: { layers: number; seed: number; thorough?: boolean }): Trial[];
}): Material<Continued> =>
  material({
    name,
    needs: ['encoder', 'memories', 'readout', 'seeds'],
    source: SOURCE,
    sample: `${sample}; ${TRAINING}; ${HELD} stretches of ${LONGEST} held-out tokens, 15 % of them masked (controls: half as many, and no further training)`,
    budget: { seconds, megabytes: 2000 },
    uses: [unchanged, standIns],
    async make(bench) {
      const { models, ...shared } = await bench.get(unchanged);
      const { layers } = shared;
      const trials = trialsOf({ layers, seed: bench.seed, thorough: bench.thorough });
      const outcomes = await outcomesOf(bench, name, trials);
      return {
        ...shared,
        trials,
        models: models.map((control, model) => ({ ...control, ...outcomes[model] })),
      };
    },
  });

/** The control of all trials: nothing is changed, and the training goes on all the same. */
const unchanged = material<Continued>({
  name: 'unchanged models, trained further',
  needs: ['encoder', 'memories', 'readout', 'seeds'],
  budget: { seconds: 90, megabytes: 2000 },
  uses: [standIns],
  async make(bench) {
    const trials = [{ name: CONTROL }];
    const { layers } = await bench.specimen();
    const held = await heldOutMasked(bench, HELD);
    return {
      trials,
      names: bench.seeds,
      models: await outcomesOf(bench, CONTROL, trials),
      unigram: Float64Array.from(held, ({ unigram }) => unigram),
      mostFrequent: shareOfMostFrequent(held.map(({ labels }) => labels)),
      layers,
      units: { clusters: held.map(({ text }) => text), method: STRETCH_INTERVALS },
      long: bench.thorough === true,
      dropped: [],
      deviations: [
        ...deviationsOf(bench),
        `Accuracy at masked tokens, after ${lengthOf(bench).steps} steps of masked training. The paper: accuracy on MNLI, after three epochs of fine-tuning.`,
      ],
    };
  },
});

/** How long a model is trained further; an untrained one not at all, since that would be its training. */
function lengthOf({ condition, thorough, sample }: Bench): { steps: number; batch: number } {
  const { steps, batch } = thorough ? THOROUGH : { steps: STEPS, batch: RECIPE.batch };
  return { steps: condition === 'trained' ? Math.min(steps, sample ?? steps) : 0, batch };
}

/** For each row the share of its labels that are the most frequent label of all rows, percent. */
export function shareOfMostFrequent(rows: readonly Int32Array[]): Float64Array {
  const counts = new Map<number, number>();
  for (const labels of rows) for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [most] = [...counts].reduce((best, each) => (each[1] > best[1] ? each : best));
  return Float64Array.from(rows, (labels) => (100 * labels.filter((label) => label === most).length) / labels.length);
}

/** Trains the models of all seeds in all trials; each outcome is kept as it ends. */
async function outcomesOf(bench: Bench, name: string, trials: readonly Trial[]): Promise<Continued['models']> {
  const [runtime, base, maps] = [await bench.runtime(), await bench.specimen(), await bench.get(standIns)];
  const { parts, keep } = openKept<Record<keyof Outcome, Kept>>(bench, `${name}.json`);
  const { steps, batch } = lengthOf(bench);
  const seed = seedFrom(bench.seed, 'further training');
  const held = await heldOutMasked(bench, HELD);
  const length = held[0]!.ids.length - 2;
  const texts = bench.thorough ? await textsOf('train', bench) : await someTrainingText(bench);
  const rows = steps ? drawRows(texts, base, { count: steps * batch, length, seed }) : [];
  const { seeds } = bench;
  const keyOf = (trial: Trial, model: number) => `${trial.name}, ${seeds[model]}`;
  for (const trial of trials) {
    const left = [...seeds.keys()].filter((model) => parts[keyOf(trial, model)] === undefined);
    if (left.length === 0) continue;
    const trainer = createTrainer(base, trial, runtime, seed);
    try {
      for (const model of left) {
        const outcome = await trainer.run(
          await bench.specimen(seeds[model]),
          maps[model]!,
          { rows, held },
          { steps, batch, seed },
        );
        keep(keyOf(trial, model), { before: listed(outcome.before), after: listed(outcome.after) });
        bench.progress(Object.keys(parts).length / (trials.length * seeds.length));
      }
    } finally {
      await trainer.dispose();
    }
  }
  const outcomeOf = (trial: Trial, model: number): Outcome => {
    const { before, after } = parts[keyOf(trial, model)]!;
    return { before: unlisted(before), after: unlisted(after) };
  };
  return seeds.map((_, model) => Object.fromEntries(trials.map((trial) => [trial.name, outcomeOf(trial, model)])));
}

/** Scores as a file keeps them. */
type Kept = Record<keyof TokenScores, number[]>;
const listed = ({ accuracy, loss }: TokenScores): Kept => ({ accuracy: [...accuracy], loss: [...loss] });
const unlisted = ({ accuracy, loss }: Kept): TokenScores => ({
  accuracy: Float64Array.from(accuracy),
  loss: Float64Array.from(loss),
});
