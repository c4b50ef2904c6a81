import { createHash } from 'node:crypto';
import { splitByAddress, stateOfTheUnion } from '@interlayer/text-data';
import { expect, it } from 'vitest';
import { addressesOf } from '../../src/materials/corpus';
import { Store } from '../../src/run/store';

it('addresses of a split are noted with their sha256', async () => {
  const store = new Store(undefined, 'exact', { seed: 1, threads: 1, out: '/nowhere', resume: false }, '');
  const { bench, artefacts } = store.bench();
  const { train, test } = splitByAddress(await stateOfTheUnion());
  expect(await addressesOf('test', bench)).toEqual(test);
  expect(await addressesOf('train', bench)).toEqual(train);
  const hashOf = (addresses: typeof test) => {
    const hash = createHash('sha256');
    for (const { id, text } of addresses) hash.update(`${id}\n${text}\n`);
    return hash.digest('hex');
  };
  expect(artefacts).toEqual({ 'held-out addresses': hashOf(test), 'train addresses': hashOf(train) });
});
