import type { Claim, Measurement } from '../src/claim/claim';
import type { Bench } from '../src/materials/material';
import { Store } from '../src/run/store';
import type { PlantedClaim, Planting, Size } from './planted';
import { randomOf } from './random';

/** How a criterion fared over some data sets. */
export interface CriterionTally {
  name: string;
  kind: 'band' | 'direction' | 'exact';
  held: number;
  failed: number;
  parts: number;
  /** Parts that held, of all data sets together: what the printed power is about. */
  heldParts: number;
  /** Data sets in which the intervals of all its parts hold the truth. */
  covered: number;
  /** The power that its results print, mean over data sets; undefined where it has none. */
  printedPower?: number;
}

/** How a claim fared over some data sets. */
export interface Tally {
  id: string;
  planting: Planting;
  sets: number;
  reproduced: number;
  /** Data sets in which the interval of the headline holds the truth. */
  covered: number;
  criteria: CriterionTally[];
}

const NAMES = { subject: 'planted', ours: 'planted', untrained: 'untrained', shuffled: 'shuffled', start: '' };

/** A real bench, but for the material: it is planted instead of made of a model. */
function plantedBench(seed: number, plant: (condition: string) => unknown): Bench {
  const { bench } = new Store(undefined, 'checkpoint', { seed, out: '/nowhere', resume: false }, 'planted').bench();
  return { ...bench, get: async (_, condition = 'trained') => plant(condition) as never };
}

/** Measures a claim on one data set in which the truth is planted. */
export function measurePlanted(
  { claim, planted }: PlantedClaim,
  planting: Planting,
  size: Size,
  set: number,
): Promise<Measurement> {
  const { id } = claim.record;
  return measureOn(claim, set, (condition) =>
    planted[planting].material(condition, randomOf(id, planting, set, condition), size),
  );
}

/** Measures a claim on material that is planted, condition by condition. */
export const measureOn = (claim: Claim, seed: number, plant: (condition: string) => unknown): Promise<Measurement> =>
  claim.measure(plantedBench(seed, plant), NAMES);

const holds = ([low, high]: readonly [number | null, number | null], truth: number) => low! <= truth && truth <= high!;

/** Measures a claim on `sets` data sets, and counts. */
export async function simulate(
  planted: PlantedClaim,
  planting: Planting,
  size: Size,
  sets: number,
  onSet: (measurement: Measurement) => void = () => {},
): Promise<Tally> {
  const truth = planted.planted[planting].truth(size);
  const tally: Tally = { id: planted.claim.record.id, planting, sets, reproduced: 0, covered: 0, criteria: [] };
  const powers = new Map<string, number[]>();
  for (let set = 1; set <= sets; set++) {
    const measurement = await measurePlanted(planted, planting, size, set);
    onSet(measurement);
    if (measurement.verdict === 'reproduced') tally.reproduced++;
    if (holds(measurement.headline!.interval!, truth.headline)) tally.covered++;
    for (const [i, { name, kind, status, parts, power }] of measurement.criteria.entries()) {
      const parted = truth.parts[name];
      if (parted?.length !== parts.length)
        throw new Error(
          `${tally.id}, ${name} has ${parts.length} parts, and the truth of ${parted?.length} is planted.`,
        );
      const criterion = (tally.criteria[i] ??= {
        name,
        kind,
        held: 0,
        failed: 0,
        parts: parts.length,
        heldParts: 0,
        covered: 0,
      });
      if (status === 'holds') criterion.held++;
      if (status === 'fails') criterion.failed++;
      criterion.heldParts += parts.filter((part) => part.status === 'holds').length;
      if (parts.every(({ interval }, part) => holds(interval, parted[part]!))) criterion.covered++;
      if (power !== undefined) powers.set(name, [...(powers.get(name) ?? []), power]);
    }
  }
  for (const criterion of tally.criteria) {
    const printed = powers.get(criterion.name);
    if (printed) criterion.printedPower = printed.reduce((sum, power) => sum + power, 0) / printed.length;
  }
  return tally;
}
