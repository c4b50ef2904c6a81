import type { EventEmitter } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { claim, exactly } from '../../src/claim';
import { material } from '../../src/materials/material';

/** Never made; and when its process is asked to stop, it sits in a call that nothing interrupts, as a native one. */
const endless = material<never>({
  name: 'endless',
  needs: [],
  source: 'its code',
  make: (bench) => {
    (process as EventEmitter).prependListener('message', ({ type }: { type?: string }) => {
      if (type !== 'stop') return;
      const { file } = bench.work('stuck');
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, String(process.pid));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600_000);
    });
    return new Promise<never>(() => {});
  },
});

export default claim('geva-2021/c98-stuck', {
  title: 'Never ends',
  locator: 'none',
  says: 'A call ends.',
  kind: 'exact',
  estimand: 'Whether a call ends',
  material: endless,
  budget: { seconds: 1, megabytes: 600 },
  measure: () => 0,
  criteria: () => ({ ends: ['It ends', exactly([])] }),
  headline: () => ['calls that end', '', 0],
  sentence: () => 'It ends.',
  controls: [],
});
