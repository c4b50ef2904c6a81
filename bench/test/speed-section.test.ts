import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Processor } from '../src/processor';
import { headline, merged, type Recorded } from '../src/record';
import type { Report } from '../src/report';
import { speedSection, withSpeedSection } from '../src/speed-section';

const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const readme = read('../../README.md');
const { processors }: Recorded = JSON.parse(read('../results.json'));
const recorded = processors[0]!;

it('stands in the README as the recorded results have it (`pnpm bench --readme` writes it)', () => {
  expect(readme).toBe(withSpeedSection(readme, processors));
});

it('is all that the README says of speed', () => {
  const [, after] = readme.split('## Speed\n\n') as [string, string];
  expect(after.split('\n\n## ')[0]).toBe(speedSection(processors));
});

it('follows the results: a figure that changes, an engine that joins, a benchmark that is missing', () => {
  const changed = structuredClone(recorded);
  const step = changed.results['training-step']!;
  step.medians['compiled, 1 thread'] = 1234.4;
  delete step.medians['tfjs-node, 1 thread'];
  step.medians['tfjs-node, 2 threads'] = 321;
  step.notes['tfjs-node'] = { why: 'eager' };
  delete changed.results.hooks;
  const section = speedSection([changed]);
  expect(section).toContain('| 1,234 ms |');
  expect(section).toMatch(/^\| tfjs-node \| AMD EPYC \| \| 321 ms \|/m);
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
  const section = speedSection([changed]).replaceAll('\n', ' ');
  expect(section).toMatch(/compiled [^|]*, 2 threads \| AMD EPYC \| 20,123 \| 58 % \| \| 58 % \|/);
  expect(section).toMatch(/stock tfjs wasm \| AMD EPYC \| \| 90 % \| 210 \| 90 % \|/);
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
  expect(speedSection([{ ...recorded, results: { cka } }]).replaceAll('\n', ' ')).toContain(
    'CKA of 12 × 12 layers, on the AMD EPYC. compiled, 2 threads: 6.43 s; numpy, 2 threads: 8.10 s. `compiledVsNumpy2` is 1.26; the goal is at least 0.5.',
  );
});

const intel: Processor = { name: 'Intel(R) Xeon(R) Processor', vendor: 'Intel', instructions: 'AVX-512' };

/** The first block as if another processor had been measured, `factor` times as fast. */
function onAnother(processor: Processor, factor: number): Report {
  const block = structuredClone(recorded);
  block.machine.processor = processor;
  for (const name of ['training-step', 'forward']) {
    const { medians, ratios } = block.results[name]!;
    for (const key of Object.keys(medians)) medians[key]! *= factor;
    for (const key of Object.keys(ratios)) if (key.startsWith('compiledVsTorch')) ratios[key]! *= factor;
  }
  return block;
}

it('shows every processor recorded side by side, and how PyTorch fares on each', () => {
  const faster = onAnother(intel, 0.25);
  const lines = speedSection([recorded, faster]).split('\n');
  const at = lines.findIndex((line) => line.startsWith('| compiled') && line.includes('| AMD EPYC |'));
  const step = recorded.results['training-step']!.medians['compiled, 1 thread']!;
  expect(lines[at]).toContain(`| AMD EPYC | ${Math.round(step)} ms |`);
  expect(lines[at + 1]).toContain(`| Intel(R) Xeon(R) Processor (AVX-512) | ${Math.round(step / 4)} ms |`);
  const text = lines.join(' ');
  const torch = recorded.results['training-step']!.ratios.compiledVsTorch1!;
  for (const [label, ratio] of [
    ['AMD EPYC', torch],
    ['Intel(R) Xeon(R) Processor (AVX-512)', torch / 4],
  ] as const)
    expect(text).toContain(
      `On the ${label} PyTorch 2.13.0 is fastest with AVX2 instructions. Beside it the compiled step is ${ratio.toFixed(2)} times as fast on one thread`,
    );
});

it('says that no Intel processor was measured until one is', () => {
  const sentence = 'No Intel processor has been recorded yet';
  expect(speedSection([recorded])).toContain(sentence);
  expect(speedSection([recorded, onAnother(intel, 1)])).not.toContain(sentence);
});

it('adds a block for a new processor and leaves the others as they are', () => {
  const before = structuredClone(recorded);
  for (const machine of [
    { ...recorded.machine, processor: intel },
    { ...recorded.machine, cores: 64 },
    { ...recorded.machine, processor: { ...recorded.machine.processor, instructions: 'AVX2' } },
  ]) {
    const measured = { ...recorded, machine, results: { hooks: recorded.results.hooks! } };
    expect(merged({ processors: [recorded] }, measured)).toEqual({ processors: [before, measured] });
  }
});

it('replaces benchmarks of the same processor, measured with the same software', () => {
  const { hooks } = recorded.results;
  const faster = { ...hooks!, medians: { 'eager, without points': 1 } };
  const other = onAnother(intel, 1);
  const { processors } = merged({ processors: [other, recorded] }, { ...recorded, results: { hooks: faster } });
  expect(processors[0]).toBe(other);
  expect(processors[1]!.results).toEqual({ ...recorded.results, hooks: faster });
  expect(processors[1]!.ratios['hooks.eager.capturedOverhead']).toBe(hooks!.ratios['eager.capturedOverhead']);
  const newer: Report = { ...recorded, machine: { ...recorded.machine, node: 'v99.0.0' }, results: { hooks: hooks! } };
  expect(() => merged({ processors: [recorded] }, newer)).toThrow(/v99\.0\.0.*training-step.* would remain/);
});

it('says first which processor it runs on and which block it would write', () => {
  const file = { processors: [recorded] };
  expect(headline(recorded.machine, file, true)).toBe(
    'Running on AMD EPYC, 2 cores (AMD); records in the existing block "AMD EPYC, 2 cores" of bench/results.json.',
  );
  expect(headline({ ...recorded.machine, processor: intel, cores: 1 }, file, false)).toBe(
    'Running on Intel(R) Xeon(R) Processor (AVX-512), 1 core (Intel); --record would write a new block "Intel(R) Xeon(R) Processor (AVX-512), 1 core" of bench/results.json.',
  );
});
