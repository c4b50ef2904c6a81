import type { LinearModel } from '@interlayer/linalg';
import { addressesOf } from '../../../materials/corpus';
import { drawRows } from '../../../materials/hidden-states';
import { type Material, material } from '../../../materials/material';
import { LONGEST } from './sample';
import { affineMaps, type Part } from './stand-ins';

const STRETCHES = 96;

/** The closest affine map of every part of every model: [model][layer][part]. */
export const standIns: Material<Record<Part, LinearModel>[][]> = material({
  name: 'affine stand-ins',
  needs: ['encoder', 'memories', 'seeds'],
  budget: { seconds: 60, megabytes: 1500 },
  async make(bench) {
    const base = await bench.specimen();
    const rows = drawRows(await addressesOf('train', bench), base, {
      count: Math.min(STRETCHES, bench.sample ?? STRETCHES),
      length: Math.min(LONGEST, base.positions - 2),
      seed: bench.seed,
    });
    const maps: Record<Part, LinearModel>[][] = [];
    for (const name of bench.seeds)
      maps.push(await affineMaps(await bench.specimen(name), rows, await bench.runtime()));
    return maps;
  },
});
