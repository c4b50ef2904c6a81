import { describe, expect, it } from 'vitest';
import { installed, nativeAddon } from '../src/installed';
import { renderDoctor } from '../src/render-doctor';
import { type DoctorReport, runDoctor } from '../src/run-doctor';

describe('runDoctor', () => {
  it('tries backends, reads their speed, and says what is missing', { timeout: 300_000 }, async () => {
    const gpuPackage = installed('@tensorflow/tfjs-node-gpu');
    const report = await runDoctor({ seconds: 0.2, threads: 1, backends: ['onnx-cpu', 'wasm', 'tfjs-node-gpu'] });
    const [compiled, wasm, gpu] = report.backends;
    for (const each of [compiled, wasm]) {
      expect(each).toMatchObject({ works: true, threads: 1 });
      expect(each.gflops).toBeGreaterThan(0);
      expect(each.memory).toBeGreaterThan(2 ** 20);
    }
    expect(compiled.note).toMatch(/compiled, onnxruntime-node/);
    if (gpuPackage && !nativeAddon(gpuPackage)) {
      expect(gpu).toMatchObject({
        works: false,
        note: expect.stringMatching(/^@tensorflow\/tfjs-node-gpu .*without its addon/),
      });
      expect(report.packages).toContainEqual({
        name: '@tensorflow/tfjs-node-gpu',
        version: gpuPackage.version,
        note: 'without its addon',
      });
    }
    expect(report.node).toBe(process.versions.node);
    expect(report.memory.total).toBeGreaterThan(report.memory.free);
    expect(report.choice!.why).toMatch(/\w/);
    expect(['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu']).toContain(report.eagerChoice!.backend);
    expect(renderDoctor(report)).toMatch(/onnx-cpu +1 +\d/);
  });
});

it('renders a report as tables', () => {
  const report: DoctorReport = {
    node: '20.1.0',
    system: 'Linux 6 x64',
    processor: { model: 'A processor', cores: 4 },
    memory: { total: 8 * 2 ** 30, free: 2 ** 30 },
    graphicsCards: [],
    packages: [{ name: 'one', version: '1.0.0', note: 'broken' }, { name: 'another' }],
    backends: [
      { backend: 'wasm', works: true, note: 'as asked, eager', threads: 1, gflops: 12.34, memory: 2 ** 29 },
      { backend: 'cuda', works: false, note: 'no card in this machine, so there is nothing that it could be run on' },
    ],
    choice: { backend: 'wasm', why: 'eager' },
    eagerChoice: { backend: 'cpu', why: 'as well' },
  };
  expect(renderDoctor(report, { width: 50 })).toBe(`Node          20.1.0
System        Linux 6 x64
Processor     A processor, 4 cores for this process
Memory        8.0 GiB, 1.0 GiB free
GPU           none found
Software GPU  none found

Packages
  one      1.0.0, broken
  another  not installed

Backends that work (one reading of 512 × 512 matrix products, not a benchmark)
  backend  threads  GFLOP/s  GiB
  wasm     1        12       0.50  eager

Backends that do not, and what to do
  cuda  no card in this machine, so there is
        nothing that it could be run on

When none is named
  whole functions    wasm: eager
  single operations  cpu: as well`);
});
