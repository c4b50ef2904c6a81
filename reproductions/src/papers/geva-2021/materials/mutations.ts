import {
  activations,
  type Mutation,
  mutatePrefix,
  mutations,
  relativeChange,
  type Triggers,
  triggersOf,
} from '@interlayer/ffn-memory';
import type { Matrix } from '@interlayer/linalg';
import type { Runtime } from '@interlayer/runtime';
import { median } from '@interlayer/stats';
import { seedFrom, shuffle } from '@interlayer/text-data';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Sample } from '../../../claim/claim';
import { independent } from '../../../claim/statistic';
import { material } from '../../../materials/material';
import { traceAt } from '../../../materials/trace-at';
import { type Context, isLarge, type ModelInput, type Specimen } from '../../../subjects/specimen';
import { SOURCE } from '../paper';
import { DEDUPE, deviationsOf, KEY_INTERVALS } from './sample';
import { keyTriggers, TRIGGER_SAMPLE } from './triggers';

/** What leaving one token out of a key's triggers does to its coefficient. */
export interface KeyMutations {
  layer: number;
  cell: number;
  /** Median over triggers of the relative change, percent: a mean would be ruled by triggers whose coefficient is near 0. */
  change: Record<Mutation, number>;
  /** Triggers that could be mutated: those of one token cannot. */
  triggers: number;
}

/** Keys of each layer whose triggers are mutated, and how many of those. */
const MUTATED = { keys: 40, controlKeys: 20, triggers: 25 };
/** Of a large model. */
const LARGE = { keys: 10, controlKeys: 5, triggers: 8 };

export interface Mutated extends Sample {
  keys: KeyMutations[];
  layers: number;
}

export const mutatedPrefixes = material<Mutated>({
  name: 'mutated prefixes',
  needs: ['memories'],
  source: SOURCE,
  sample: `${MUTATED.keys} random keys a layer, their best ${MUTATED.triggers} triggers (controls: ${MUTATED.controlKeys} keys; large models: ${LARGE.keys} keys, ${LARGE.triggers} triggers, controls ${LARGE.controlKeys} keys); ${TRIGGER_SAMPLE}`,
  uses: [keyTriggers],
  budget: { seconds: 120, megabytes: 1500 },
  async make(bench) {
    const specimen = await bench.specimen();
    const { triggers, sentences } = await bench.get(keyTriggers);
    const most = isLarge(specimen) ? LARGE : MUTATED;
    const options = {
      keys: bench.condition === 'trained' ? most.keys : most.controlKeys,
      triggers: most.triggers,
      seed: bench.seed,
    };
    const runtime = await bench.runtime();
    const keys = await measureMutations(specimen, triggers, sentences, runtime, options, bench.progress);
    const missing = keys.length * most.triggers - keys.reduce((sum, key) => sum + key.triggers, 0);
    return {
      keys,
      layers: specimen.layers,
      units: independent(keys.length, KEY_INTERVALS),
      dropped: missing
        ? [{ count: missing, why: 'triggers of a single token, which cannot be mutated, or missing ones' }]
        : [],
      deviations: [
        ...deviationsOf(specimen, bench.scale),
        DEDUPE,
        'Medians over triggers and over keys, where the paper has means: a relative change has no bound where the coefficient is near 0, as it can be with GELU.',
        `${most.keys} keys a layer and ${most.triggers} triggers each; the paper has 100 and 50. Keys are what is resampled, so more of them with fewer triggers tell more.`,
      ],
    };
  },
});

/** The context of the prefix of a sentence that ends at a position. */
export function contextAt(sentence: Int32Array, position: number): Context {
  const tokens = Array.from(sentence);
  return { prefix: tokens.slice(0, position + 1), next: tokens[position + 1], rest: tokens.slice(position + 2) };
}

interface MutationOptions {
  /** Keys of each layer, drawn at random. */
  keys: number;
  /** The best triggers of each. */
  triggers: number;
  seed: number;
}

interface Job {
  input: ModelInput;
  key: number;
  mutation: Mutation;
  before: number;
}

/** Leaves the first, the last and a random token out of keys' trigger prefixes, and measures the coefficients again. */
export async function measureMutations(
  specimen: Specimen,
  triggers: Triggers,
  sentences: readonly Int32Array[],
  runtime: Runtime,
  { keys: wanted, triggers: count, seed }: MutationOptions,
  progress?: (share: number) => void,
): Promise<KeyMutations[]> {
  const generator = xoroshiro128plus(seedFrom(seed, 'mutations'));
  const random = () => uniformFloat64(generator);
  const keys: KeyMutations[] = [];
  const jobs: Job[] = [];
  for (let layer = 0; layer < specimen.layers; layer++) {
    const cells = shuffle(
      Array.from({ length: specimen.cells }, (_, cell) => cell),
      seedFrom(seed, 'mutated keys', layer),
    );
    let drawn = 0;
    for (const cell of cells) {
      if (drawn === wanted) break;
      const mutable = triggersOf(triggers, layer, cell)
        .slice(0, count)
        .filter(({ position }) => position >= 1);
      if (mutable.length === 0) continue;
      drawn++;
      for (const { example, position, score } of mutable) {
        const context = contextAt(sentences[example]!, position);
        for (const mutation of mutations) {
          const prefix = Array.from(mutatePrefix(context.prefix, mutation, { random }));
          // A shorter context always fits.
          const input = specimen.input({ ...context, prefix })!;
          // The score of a gated cell is its coefficient.
          const before = specimen.gated ? score : activations[specimen.activation](score);
          jobs.push({ input, key: keys.length, mutation, before });
        }
      }
      keys.push({ layer, cell, change: { first: 0, last: 0, random: 0 }, triggers: mutable.length });
    }
  }
  const after = new Float64Array(jobs.length);
  for (let layer = 0; layer < specimen.layers; layer++) {
    const asked = [...jobs.keys()].filter((job) => keys[jobs[job]!.key]!.layer === layer);
    const inputs = asked.map((job) => jobs[job]!.input);
    const use = async ([[hidden]]: Matrix[][], indices: readonly number[]) => {
      for (const [row, index] of indices.entries()) {
        const job = asked[index]!;
        after[job] = hidden!.data[row * specimen.cells + keys[jobs[job]!.key]!.cell]!;
      }
    };
    await traceAt(specimen, inputs, runtime, ['ffn.hidden'], use, undefined, [layer]);
    progress?.((layer + 1) / specimen.layers);
  }
  const changes = keys.map(() => ({ first: [], last: [], random: [] }) as Record<Mutation, number[]>);
  for (const [i, { key, mutation, before }] of jobs.entries())
    changes[key]![mutation].push(100 * relativeChange(before, after[i]!));
  for (const [i, { change }] of keys.entries())
    for (const mutation of mutations) change[mutation] = median(changes[i]![mutation]);
  return keys;
}
