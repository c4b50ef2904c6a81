import {
  activations,
  type Mutation,
  mutatePrefix,
  mutations,
  relativeChange,
  type Triggers,
  triggersOf,
} from '@interlayer/ffn-memory';
import type { Runtime } from '@interlayer/runtime';
import type { HostTensor } from '@interlayer/tensor-compile';
import { seedFrom, shuffle } from '@interlayer/text-data';
import type * as tf from '@tensorflow/tfjs-core';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { forEachBatch, placesOf } from './batches';
import { contextAt, type MemoryModel, type ModelInput, type ModelTensors, pickAt } from './memory-model';

/** What leaving one token out of a key's triggers does to its coefficient. */
export interface KeyMutations {
  layer: number;
  cell: number;
  /** Mean over triggers of the relative change, percent. */
  change: Record<Mutation, number>;
  /** Triggers that could be mutated: those of one token cannot. */
  triggers: number;
}

export interface MutationOptions {
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
  model: MemoryModel,
  triggers: Triggers,
  sentences: readonly Int32Array[],
  runtime: Runtime,
  { keys: wanted, triggers: count, seed }: MutationOptions,
): Promise<KeyMutations[]> {
  const generator = xoroshiro128plus(seedFrom(seed, 'mutations'));
  const random = () => uniformFloat64(generator);
  const keys: KeyMutations[] = [];
  const jobs: Job[] = [];
  for (let layer = 0; layer < model.layers; layer++) {
    const cells = shuffle(
      Array.from({ length: model.cells }, (_, cell) => cell),
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
          const input = model.input({ ...context, prefix })!;
          jobs.push({ input, key: keys.length, mutation, before: activations[model.activation](score) });
        }
      }
      keys.push({ layer, cell, change: { first: 0, last: 0, random: 0 }, triggers: mutable.length });
    }
  }
  const inputs = jobs.map(({ input }) => input);
  const forward = runtime.executor.compile(
    ({ ids, mask, place }: ModelTensors & { place: tf.Tensor2D }) =>
      model.trace({ ids, mask }, ['ffn.hidden']).map(([hidden]) => pickAt(hidden!, place)),
    { name: 'coefficients of mutated prefixes', cacheSize: 2 },
  );
  const after = new Float64Array(jobs.length);
  try {
    await forEachBatch(inputs, model.positions, async (batch, indices, length) => {
      const found = (await forward({
        ...batch,
        place: placesOf(inputs, indices, length),
      })) as unknown as HostTensor[];
      for (const [row, index] of indices.entries()) {
        const { layer, cell } = keys[jobs[index]!.key]!;
        after[index] = found[layer]!.data[row * model.cells + cell]!;
      }
    });
  } finally {
    await forward.dispose();
  }
  // In the order of the jobs, so that sums do not depend on batches.
  for (const [i, { key, mutation, before }] of jobs.entries())
    keys[key]!.change[mutation] += (100 * relativeChange(before, after[i]!)) / keys[key]!.triggers;
  return keys;
}
