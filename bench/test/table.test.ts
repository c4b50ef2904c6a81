import { expect, it } from 'vitest';
import { table } from '../src/table';

it('prints medians and ratios, and whether a ratio reaches its bar', () => {
  const text = table({
    title: 'CKA',
    unit: 's',
    medians: { compiled: 1.23456, numpy: 1 },
    ratios: { fast: 0.81, slow: 0.4, free: 2 },
    bars: { fast: 0.5, slow: 0.5 },
    notes: {},
  });
  expect(text.split('\n')).toEqual([
    'CKA',
    '  compiled  1.235 s',
    '  numpy     1.000 s',
    '  fast      0.810 (bar 0.5: met)',
    '  slow      0.400 (bar 0.5: MISSED)',
    '  free      2.000',
    '',
  ]);
});
