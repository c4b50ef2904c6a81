import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { restoreNodeUtil } from '../src/node-shim';

const require = createRequire(import.meta.url);

it('puts back what a newer Node has removed, for everyone who requires node:util', () => {
  const util = require('node:util');
  const original = util.isNullOrUndefined;
  try {
    // What Node 23 and later look like.
    delete util.isNullOrUndefined;
    expect(restoreNodeUtil()).toContain('isNullOrUndefined');
    const { isNullOrUndefined } = require('node:util');
    expect([null, undefined, 0, '', false].map(isNullOrUndefined)).toEqual([true, true, false, false, false]);
  } finally {
    if (original) util.isNullOrUndefined = original;
  }
});

it('touches nothing where the functions exist', () => {
  const target = { isNullOrUndefined: () => true, isArray: () => true };
  const before = { ...target };
  expect(restoreNodeUtil(target)).toEqual([]);
  expect(target).toEqual(before);
});
