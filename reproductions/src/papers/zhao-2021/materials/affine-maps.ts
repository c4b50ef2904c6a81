import type { LinearModel } from '@interlayer/linalg';
import { addressesOf } from '../../../materials/corpus';
import { drawRows } from '../../../materials/hidden-states';
import { type Material, material } from '../../../materials/material';
import { LONGEST, SEEDS, type Seed } from './sample';
import { affineMaps, type Part } from './stand-ins';

const STRETCHES = 96;

/** The closest affine map of every part of both models: [layer][part]. */
export const standIns: Material<Record<Seed, Record<Part, LinearModel>[]>> = material({
  name: 'affine stand-ins',
  needs: ['encoder', 'memories', 'variant:seed-2'],
  budget: { seconds: 60, megabytes: 1500 },
  async make(bench) {
    const base = await bench.specimen();
    const rows = drawRows(await addressesOf('train', bench), base, {
      count: Math.min(STRETCHES, bench.sample ?? STRETCHES),
      length: Math.min(LONGEST, base.positions - 2),
      seed: bench.seed,
    });
    const maps: Partial<Record<Seed, Record<Part, LinearModel>[]>> = {};
    for (const seed of SEEDS) maps[seed] = await affineMaps(await bench.specimen(seed), rows, await bench.runtime());
    return maps as Record<Seed, Record<Part, LinearModel>[]>;
  },
});
