import type { Units } from '../../src/claim/statistic';
import { latents, type Random } from '../random';

/** Texts that sequences are of. */
const TEXTS = 23;

/** Sequences in the order of their texts. */
export const unitsOf = (sequences: number): Units => ({
  clusters: Array.from({ length: sequences }, (_, i) => Math.floor((i * TEXTS) / sequences)),
  method: 'planted sequences',
});

/** Values of sequences around what is true of each layer. */
export function drawAround(
  units: Units,
  means: readonly number[],
  random: Random,
  shape: (mean: number, z: number) => number,
): Float64Array[] {
  const z = latents(Array.from(units.clusters), means.length, random);
  return means.map((mean, layer) => z[layer]!.map((value) => shape(mean, value)));
}

/** Positive values with this mean, whose logarithms have this standard deviation. */
export const lognormal =
  (spread: number) =>
  (mean: number, z: number): number =>
    mean * Math.exp(spread * z - spread ** 2 / 2);

export const normal =
  (spread: number) =>
  (mean: number, z: number): number =>
    mean + spread * z;

/** "64 sequences of 23 texts (a second seed: 16)". */
export const sample = (second: number) => () => `${SEQUENCES} sequences of ${TEXTS} texts (a second seed: ${second})`;

/** As many as the claims read of a small model; a second model and controls read fewer maps. */
export const SEQUENCES = 64;
export const FEWER = 16;
