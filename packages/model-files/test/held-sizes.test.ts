import { expect, it } from 'vitest';
import { requireHeldSizes } from '../src/index';

const fields = { layers: 'n_layer', lengths: ['width', 'words'] };
const files = {
  folder: 'some/model',
  tensors: new Map(Object.entries({ a: [3, 4], b: [], c: [5] }).map(([name, shape]) => [name, { shape }])),
};

it.each([
  [{ n_layer: 4 }, 'n_layer = 4, and the weights in some/model are 3 tensors in all'],
  [{ n_layer: 3e7 }, 'n_layer = 30000000'],
  [{ n_layer: Number.POSITIVE_INFINITY }, 'n_layer = Infinity'],
  [{ n_layer: 1, words: 19 }, 'words = 19, and the weights in some/model are 18 numbers in all'],
])('%j is more than the weights hold', (config, message) => {
  expect(() => requireHeldSizes(config, fields, files)).toThrow(message);
});

it.each([{}, { n_layer: 3, width: 18, words: null, other: 1e9 }, { n_layer: '3e7', width: [] }])(
  '%j is left to the checks of each field and each shape',
  (config) => {
    expect(() => requireHeldSizes(config, fields, files)).not.toThrow();
  },
);
