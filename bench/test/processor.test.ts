import { cpus } from 'node:os';
import { expect, it } from 'vitest';
import { linuxProcessor, processorLabel, thisProcessor } from '../src/processor';

const x86 = (vendor: string, name: string, flags: string) =>
  `processor\t: 0\nvendor_id\t: ${vendor}\nmodel\t\t: 143\nmodel name\t: ${name}\nflags\t\t: ${flags}\n`;

it('reads name, maker and widest vector instructions', () => {
  const xeon = x86(
    'GenuineIntel',
    'Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz',
    'fpu sse2 avx avx2 avx512f amx_tile',
  );
  expect(linuxProcessor(xeon + x86('GenuineIntel', 'another', 'fpu'))).toEqual({
    name: 'Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz',
    vendor: 'Intel',
    instructions: 'AVX-512',
  });
  // avx2 is no part of a longer flag's name.
  expect(linuxProcessor(x86('AuthenticAMD', 'AMD EPYC', 'fpu sse2 avx myavx2')).instructions).toBe('AVX');
  expect(linuxProcessor(x86('AuthenticAMD', 'AMD EPYC', 'fpu sse2 avx avx2'))).toEqual({
    name: 'AMD EPYC',
    vendor: 'AMD',
    instructions: 'AVX2',
  });
});

it('reads a processor without a name, as on ARM', () => {
  const arm = 'processor\t: 0\nFeatures\t: fp asimd sve\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n';
  expect(linuxProcessor(arm, 'Neoverse-V1')).toEqual({ name: 'Neoverse-V1', vendor: 'ARM', instructions: 'SVE' });
  expect(linuxProcessor('', 'x')).toEqual({ name: 'x', vendor: 'unknown', instructions: null });
});

it('knows this machine', () => {
  const processor = thisProcessor();
  expect(processorLabel(processor)).toContain(cpus()[0]!.model.trim() || 'unknown');
  if (process.platform === 'linux') expect(processor.instructions).not.toBeNull();
});
