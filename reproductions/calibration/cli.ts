import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { sentences, splitByAddress, stateOfTheUnion } from '@interlayer/text-data';
import { workspace } from '../src/folders';
import { PREFIXES } from '../src/materials/held-out-prefixes';
import { readCalibration } from '../src/report/report';
import { plantedClaims, type Size } from './planted-claims';
import { simulate } from './simulate';
import { calibrationTables, type RecordedTally } from './tables';

// Measures the rules over planted truth, and records how often they are right. Effects are planted in the sample of the claims'
// real runs on mini-gpt, for power depends on it; data sets without enough of an effect are a quarter as large, for the level
// does not. All claims take some hours of one core; --only, a regular expression, takes some of them and keeps what is recorded of others.
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    nulls: { type: 'string', default: '200' },
    effects: { type: 'string', default: '60' },
  },
});

const addresses = splitByAddress(await stateOfTheUnion()).test.map(({ text }) => sentences(text).length);
const clusters = addresses.flatMap((count, address) => Array<number>(count).fill(address)).slice(0, PREFIXES);
const plans = [
  { planting: 'edge', sets: Number(values.nulls), every: 4 },
  { planting: 'smallest', sets: Number(values.effects), every: 1 },
] as const;

const only = new RegExp(values.only);
for (const planted of plantedClaims.filter(({ claim }) => only.test(claim.record.id))) {
  const { id } = planted.claim.record;
  const tallies: RecordedTally[] = [];
  for (const { planting, sets, every } of plans) {
    const kept = every * (planted.every ?? 1);
    const size: Size = { clusters: clusters.filter((_, i) => i % kept === 0), cells: 512 / every, keys: 40 };
    const began = performance.now();
    tallies.push({ ...(await simulate(planted, planting, size, sets)), sample: planted.sample(size) });
    const seconds = Math.round((performance.now() - began) / 1000);
    process.stderr.write(`${id}, ${planting}: ${sets} data sets in ${seconds} s\n`);
  }
  const day = new Date().toISOString().slice(0, 10);
  const file = join(workspace, 'calibration.json');
  writeAtomicallySync(file, `${JSON.stringify(calibrationTables(readCalibration(), tallies, day), null, 1)}\n`);
}
