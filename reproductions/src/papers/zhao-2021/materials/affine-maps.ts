import type { LinearModel } from '@interlayer/linalg';
import { drawRows } from '../../../materials/hidden-states';
import { type Material, material } from '../../../materials/material';
import { fittedStretches, LONGEST, someTrainingText } from './sample';
import { affineMaps, PART_NAMES, type Part } from './stand-ins';

const fitted = <P extends Part>(name: string, parts: readonly P[]): Material<Record<P, LinearModel>[][]> =>
  material({
    name,
    needs: ['encoder', 'memories', 'seeds'],
    budget: { seconds: 60, megabytes: 1500 },
    async make(bench) {
      const base = await bench.specimen();
      const length = Math.min(LONGEST, base.positions - 2);
      const wanted = fittedStretches(base, length);
      const count = Math.min(wanted, bench.sample ?? wanted);
      const rows = drawRows(await someTrainingText(bench), base, { count, length, seed: bench.seed });
      const maps: Record<P, LinearModel>[][] = [];
      for (const name of bench.seeds)
        maps.push(await affineMaps(await bench.specimen(name), rows, await bench.runtime(), parts));
      return maps;
    },
  });

/** The closest affine map of every part of every model: [model][layer][part]. */
export const standIns = fitted('affine stand-ins', PART_NAMES);

/** Those of both branches, without the wide first layers of the MLPs. */
export const branchStandIns = fitted('affine stand-ins of branches', ['mlp', 'attention']);
