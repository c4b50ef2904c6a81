import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { claimsBrowsers, packagesWithPages } from '../src/browsers';
import { root } from '../src/pack';

it('every package that says that it runs in browsers has a page that tries it', () => {
  const claimed = readdirSync(join(root, 'packages')).filter(claimsBrowsers);
  expect(claimed.length).toBeGreaterThan(8);
  expect(claimed.toSorted()).toEqual(packagesWithPages.toSorted());
});
