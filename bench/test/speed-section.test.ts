import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { merged } from '../src/record';
import type { Report } from '../src/report';
import { speedSection, withSpeedSection } from '../src/speed-section';

const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const readme = read('../../README.md');
const recorded: Report = JSON.parse(read('../results.json'));

it('stands in the README as the recorded results have it (`pnpm bench --readme` writes it)', () => {
  expect(readme).toBe(withSpeedSection(readme, recorded));
});

it('is all that the README says of speed', () => {
  const [, after] = readme.split('## Speed\n\n') as [string, string];
  expect(after.split('\n\n## ')[0]).toBe(speedSection(recorded));
});

it('follows the results: a figure that changes, an engine that joins, a benchmark that is missing', () => {
  const changed = structuredClone(recorded);
  const step = changed.results['training-step']!;
  step.medians['compiled, 1 thread'] = 1234.4;
  delete step.medians['tfjs-node, 1 thread'];
  step.medians['tfjs-node, 2 threads'] = 321;
  step.notes['tfjs-node'] = { why: 'eager' };
  delete changed.results.hooks;
  const section = speedSection(changed);
  expect(section).toContain('| 1,234 ms |');
  expect(section).toMatch(/^\| tfjs-node \| \| 321 ms \|/m);
  expect(section).not.toContain('hook points');
});

it('tells of training, sweeps and compiled hook points where they were measured', () => {
  const changed = structuredClone(recorded);
  const shares = { 'compiled, 2 threads': { share: 0.583, how: '' }, 'stock wasm (2 runs)': { share: 0.9, how: '' } };
  const model = { matmulShares: shares };
  changed.results.throughput = {
    title: '',
    unit: 'tokens/s',
    medians: { 'mini-bert: compiled, 2 threads': 20123.4, 'mini-gpt: stock wasm (2 runs)': 210 },
    ratios: {},
    notes: { 'mini-bert': model, 'mini-gpt': model },
  };
  changed.results.sweep = {
    title: '',
    unit: 's',
    medians: { 'compiled, 2 threads': 7.6, 'stock wasm, extrapolated from 3 orders': 612 },
    ratios: {},
    notes: {},
  };
  Object.assign(changed.results.hooks!.ratios, {
    'compiled.capturedOverhead': 0.123,
    'compiled.capturedOverheadWithCopies': 1.5,
  });
  const section = speedSection(changed).replaceAll('\n', ' ');
  expect(section).toMatch(/compiled [^|]*, 2 threads \| 20,123 \| 58 % \| \| 58 % \|/);
  expect(section).toMatch(/stock tfjs wasm \| \| 90 % \| 210 \| 90 % \|/);
  expect(section).toContain('8 s, stock tfjs wasm 612 s');
  expect(section).toContain('in a compiled pass 150 %, of which 138 % are the copies it returns');
});

it('states ratios against their goals', () => {
  const cka = {
    title: 'cKA of 12 × 12 layers',
    unit: 's',
    medians: { 'compiled, 2 threads': 6.4321, 'numpy, 2 threads': 8.1 },
    ratios: { compiledVsNumpy2: 1.2593 },
    bars: { compiledVsNumpy2: 0.5 },
    notes: {},
  };
  expect(speedSection({ ...recorded, results: { cka } }).replaceAll('\n', ' ')).toContain(
    'CKA of 12 × 12 layers. compiled, 2 threads: 6.43 s; numpy, 2 threads: 8.10 s. `compiledVsNumpy2` is 1.26; the goal is at least 0.5.',
  );
});

it('records results of one machine only', () => {
  const { hooks } = recorded.results;
  const other: Report = { ...recorded, machine: { ...recorded.machine, cores: 64 }, results: { hooks: hooks! } };
  expect(() => merged(recorded, other)).toThrow(/"cores":64.*training-step.* would remain/);
  const faster = { ...hooks!, medians: { 'eager, without points': 1 } };
  const { results, ratios } = merged(recorded, { ...recorded, results: { hooks: faster } });
  expect(results).toEqual({ ...recorded.results, hooks: faster });
  expect(ratios['hooks.eager.capturedOverhead']).toBe(hooks!.ratios['eager.capturedOverhead']);
});
