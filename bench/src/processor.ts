import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** What decides how fast an engine's kernels are. */
export interface Processor {
  name: string;
  /** `AMD`, `Intel`, `ARM`, `Apple`; otherwise what the processor calls its maker. */
  vendor: string;
  /** The widest vector instructions it offers: `AVX-512`, `AVX2`, `NEON`; null where they are not known. */
  instructions: string | null;
}

export const thisProcessor = (): Processor =>
  process.platform === 'linux' ? linuxProcessor(readFileSync('/proc/cpuinfo', 'utf8'), model()) : otherProcessor();

/** Reads the first processor of a `/proc/cpuinfo`; on ARM it has no name there. */
export function linuxProcessor(cpuinfo: string, fallback = 'unknown'): Processor {
  const field = (name: string) => new RegExp(`^${name}\\s*:\\s*(.+)$`, 'm').exec(cpuinfo)?.[1]?.trim();
  const flags = (field('flags') ?? field('Features') ?? '').split(/\s+/);
  return {
    name: field('model name') ?? fallback,
    vendor: vendorOf(field('vendor_id') ?? field('CPU implementer') ?? 'unknown'),
    instructions: widest((flag) => flags.includes(flag)),
  };
}

function otherProcessor(): Processor {
  const [name, arm] = [model(), process.arch === 'arm64'];
  if (process.platform !== 'darwin')
    // Windows: "Intel64 Family 6 Model 154 Stepping 3, GenuineIntel". It does not list instructions.
    return {
      name,
      vendor: vendorOf(process.env.PROCESSOR_IDENTIFIER?.split(', ').at(-1) ?? 'unknown'),
      instructions: null,
    };
  if (arm) return { name, vendor: 'Apple', instructions: 'NEON' };
  const has = (flag: string) => sysctl(`hw.optional.${flag}`) === '1' || sysctl(`hw.optional.${flag}_0`) === '1';
  return { name, vendor: vendorOf(sysctl('machdep.cpu.vendor') ?? 'unknown'), instructions: widest(has) };
}

function sysctl(key: string): string | undefined {
  try {
    return execFileSync('sysctl', ['-n', key], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

const model = () => cpus()[0]?.model.trim() || 'unknown';

const VENDORS: Readonly<Record<string, string>> = {
  AuthenticAMD: 'AMD',
  GenuineIntel: 'Intel',
  '0x41': 'ARM',
  '0x61': 'Apple',
};

const vendorOf = (id: string) => VENDORS[id] ?? id;

/** Widest first, under the names that systems give them. */
const INSTRUCTIONS = { avx512f: 'AVX-512', avx2: 'AVX2', avx: 'AVX', sse2: 'SSE2', sve: 'SVE', asimd: 'NEON' };

const widest = (has: (flag: string) => boolean): string | null =>
  Object.entries(INSTRUCTIONS).find(([flag]) => has(flag))?.[1] ?? null;

/** `AMD EPYC (AVX-512)`. */
export const processorLabel = ({ name, instructions }: Processor) =>
  instructions === null ? name : `${name} (${instructions})`;
