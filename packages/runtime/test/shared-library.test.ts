import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { canLoad } from '../src/shared-library';

it.runIf(process.platform === 'linux')('tells a library that loads from one that is absent or broken', async () => {
  expect(canLoad('libc.so.6')).toBe(true);
  expect(canLoad('libabsent.so.1')).toBe(false);
  const broken = join(await temporaryFolder(), 'libbroken.so.1');
  writeFileSync(broken, '');
  expect(canLoad(broken)).toBe(false);
});
