import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { sentences, splitByAddress, stateOfTheUnion } from '@interlayer/text-data';
import { workspace } from '../src/folders';
import { PREFIXES } from '../src/materials/held-out-prefixes';
import { readCalibration } from '../src/report/report';
import type { PlantedClaim, Size } from './planted';
import { plantedClaims } from './planted-claims';
import { Progress } from './progress';
import { simulate } from './simulate';
import { calibrationTables, type RecordedTally, recordedIds } from './tables';

// Measures the rules over planted truth, and records how often they are right. Effects are planted in the sample of the claims'
// real runs on mini-gpt, for power depends on it; data sets without enough of an effect are a quarter as large, for the level
// does not. The quickest claims come first, and each is recorded when it is finished.
const { values } = parseArgs({
  options: {
    /** A regular expression of ids: measures these claims, and keeps what is recorded of others. */
    only: { type: 'string', default: '' },
    /** Leaves out what is recorded already. */
    resume: { type: 'boolean', default: false },
    nulls: { type: 'string', default: '200' },
    effects: { type: 'string', default: '60' },
  },
});

const file = join(workspace, 'calibration.json');
const addresses = splitByAddress(await stateOfTheUnion()).test.map(({ text }) => sentences(text).length);
const clusters = addresses.flatMap((count, address) => Array<number>(count).fill(address)).slice(0, PREFIXES);
const plans = [
  { planting: 'edge', sets: Number(values.nulls), every: 4 },
  { planting: 'smallest', sets: Number(values.effects), every: 1 },
] as const;

const sizeOf = (planted: PlantedClaim, every: number): Size => {
  const kept = every * (planted.every ?? 1);
  return { clusters: clusters.filter((_, i) => i % kept === 0), cells: 512 / every, keys: 40 };
};

const only = new RegExp(values.only);
const done = values.resume ? recordedIds(readCalibration()) : new Set<string>();
const chosen = plantedClaims.filter(({ claim: { record } }) => only.test(record.id) && !done.has(record.id));

/** Seconds that all data sets of a claim take, by the time of one of each planting. */
async function secondsOf(planted: PlantedClaim): Promise<number> {
  let seconds = 0;
  for (const { planting, sets, every } of plans) {
    const began = performance.now();
    await simulate(planted, planting, sizeOf(planted, every), 1);
    seconds += (sets * (performance.now() - began)) / 1000;
  }
  return seconds;
}

const jobs: { planted: PlantedClaim; seconds: number }[] = [];
for (const planted of chosen) jobs.push({ planted, seconds: await secondsOf(planted) });
jobs.sort((a, b) => a.seconds - b.seconds);

const progress = new Progress(jobs.map(({ seconds }) => seconds));
for (const { planted } of jobs) {
  const { id } = planted.claim.record;
  const tallies: RecordedTally[] = [];
  const all = plans.reduce((count, { sets }) => count + sets, 0);
  let finished = 0;
  for (const { planting, sets, every } of plans) {
    const size = sizeOf(planted, every);
    const counted = await simulate(planted, planting, size, sets, () => {
      progress.report(`${id}: ${++finished} of ${all} data sets`, finished / all);
    });
    tallies.push({ ...counted, sample: planted.sample(size) });
  }
  const day = new Date().toISOString().slice(0, 10);
  writeAtomicallySync(file, `${JSON.stringify(calibrationTables(readCalibration(), tallies, day), null, 1)}\n`);
  progress.finish(`${id} is recorded`);
}
