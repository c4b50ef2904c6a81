import { expect, it } from 'vitest';
import { canonicalJson, sha256 } from '../../src/run/canonical-json';

it('canonical JSON sorts keys at every depth and refuses what JSON would lose', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
  expect(() => canonicalJson({ a: Number.NaN })).toThrow('NaN has no place in JSON');
  expect(() => canonicalJson(() => 1)).toThrow('function');
});

it('sha256 is that of the standard', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
