import type { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineClaim } from '../../../src/harness/define-claim';

/** A claim that runs out of time, and sits in a call that nothing interrupts, as a native one, when it is told to stop. */
defineClaim(
  {
    schemaVersion: 1,
    id: 'geva-2021/c99-stuck',
    title: 'Never ends',
    locator: 'none',
    claim: 'A call ends.',
    kind: 'exact',
    estimand: 'Whether a call ends',
    expected: { statement: 'It does not.', source: 'Its code.' },
    decision: 'None.',
    scales: ['exact'],
    controls: [{ name: 'none', kind: 'negative', description: 'None', expected: 'nothing' }],
    needs: [],
    budget: { seconds: 1, megabytes: 600 },
  },
  async ({ work }) => {
    (process as EventEmitter).prependListener('message', ({ type }: { type?: string }) => {
      if (type !== 'stop') return;
      writeFileSync(join(work.folder, 'stuck'), String(process.pid));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600_000);
    });
    return await new Promise<never>(() => {});
  },
);
