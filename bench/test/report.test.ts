import { expect, it } from 'vitest';
import type { BenchResult } from '../src/benchmark';
import { report } from '../src/report';

const result = (ratios: Record<string, number>): BenchResult => ({
  title: 'one',
  unit: 'ms',
  medians: {},
  ratios,
  notes: {},
});

it('gives the ratios of one benchmark under their own names', () => {
  const step = result({ compiledVsWasm: 56.7, compiledVsTorch: 1.77 });
  expect(report({ 'training-step': step }).ratios).toEqual({ compiledVsWasm: 56.7, compiledVsTorch: 1.77 });
});

it('keeps equal names of several benchmarks apart', () => {
  const { ratios } = report({
    'training-step': result({ compiledVsWasm: 56.7, packVsWasm: 5.6 }),
    forward: result({ compiledVsWasm: 11.4 }),
  });
  expect(ratios).toEqual({
    'training-step.compiledVsWasm': 56.7,
    'training-step.packVsWasm': 5.6,
    'forward.compiledVsWasm': 11.4,
  });
});
