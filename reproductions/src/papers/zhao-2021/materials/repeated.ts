import { type Material, material } from '../../../materials/material';
import { type Continued, continued } from './continued';
import { repeatTrials } from './kinds';
import { type Ordered, repeatedRightAfter } from './orders';

/** Models in which one layer runs in all slots, right after, and, for some layers, after further training. */
export interface Repeated extends Continued {
  direct: Ordered;
}

const trained: Material<Continued> = continued({
  name: 'one layer repeated, trained further',
  sample: 'the first, a middle and the last layer run in all slots',
  seconds: 150,
  trials: ({ layers, thorough }) => repeatTrials(layers, thorough),
});

export const repeated: Material<Repeated> = material({
  name: 'one layer repeated',
  needs: trained.needs,
  source: trained.source,
  sample: `right after: each layer run in all slots; ${trained.sample}`,
  uses: [trained, repeatedRightAfter],
  make: async (bench) => ({ ...(await bench.get(trained)), direct: await bench.get(repeatedRightAfter) }),
});
