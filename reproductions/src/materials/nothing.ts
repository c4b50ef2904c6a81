import type { Sample } from '../claim/claim';
import { independent } from '../claim/statistic';
import { material } from './material';

const empty: Sample = { units: independent(0, 'counted'), dropped: [], deviations: [] };

/** What an exact claim is measured on that needs no model. */
export const nothing = material<Sample>({ name: 'nothing', needs: [], make: async () => empty });

/** A tfjs backend, for exact claims that build models of their own. */
export const backend = material<Sample>({
  name: 'a tfjs backend',
  needs: [],
  async make(bench) {
    await bench.startBackend();
    return empty;
  },
});
