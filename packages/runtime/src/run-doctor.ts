import { availableParallelism, cpus, freemem, release, totalmem, type } from 'node:os';
import { pathToFileURL } from 'node:url';
import { type BackendName, compiledBackends, eagerBackends } from './backend-names';
import { runChild } from './child';
import { graphicsCards } from './graphics-cards';
import { installed, nativeAddon, optionalPackages, resolved } from './installed';
import type { SpeedReading } from './read-speed';
import { firstLine } from './say';
import { softwareGpuEnvironment } from './software-gpu';

export interface BackendReport {
  backend: BackendName;
  works: boolean;
  /** Why it does not work and what to do, or what runs and how. */
  note: string;
  threads?: number;
  device?: string;
  /** See {@link SpeedReading}. */
  gflops?: number;
  /** Resident memory of a process that has just started it, in bytes. */
  memory?: number;
}

export interface DoctorReport {
  node: string;
  system: string;
  processor: { model: string; cores: number };
  /** Bytes. */
  memory: { total: number; free: number };
  graphicsCards: string[];
  /** The driver file of a software GPU, for tests; absent where its driver or the Vulkan loader is missing. */
  softwareGpu?: string;
  packages: { name: string; version?: string; note?: string }[];
  backends: BackendReport[];
  /** What openRuntime() chooses here when no backend is named. */
  choice?: Choice;
  /** What startBackend() chooses here when none is named. */
  eagerChoice?: Choice;
}

interface Choice {
  backend: BackendName;
  why: string;
}

/**
 * Examines the machine: what is installed, which backends start (each in its own process, since a library that does not fit may
 * abort), how fast they multiply, and how to get the others.
 *
 * @param options.seconds For the speed readings of all backends together. Default 2.
 * @param options.backends The backends to try. Default: all.
 */
export async function runDoctor({
  seconds = 2,
  backends = [...compiledBackends, ...eagerBackends],
  threads,
}: {
  seconds?: number;
  backends?: readonly BackendName[];
  threads?: number;
} = {}): Promise<DoctorReport> {
  const reports: BackendReport[] = [];
  for (const backend of backends) reports.push(await tryBackend(backend, seconds / 4, threads));
  const choiceOf = (name: string) =>
    child<Choice>(
      `const { backend, why } = await ${name}({ log() {} }); return { backend, why };`,
      `{ ${name} }`,
    ).catch(() => undefined);
  const choice = await choiceOf('openRuntime');
  const eagerChoice = await choiceOf('startBackend');
  return {
    node: process.versions.node,
    system: `${type()} ${release()} ${process.arch}`,
    processor: { model: cpus()[0]?.model.trim() || 'unknown', cores: availableParallelism() },
    memory: { total: totalmem(), free: freemem() },
    graphicsCards: graphicsCards(),
    softwareGpu: softwareGpuEnvironment()?.VK_ICD_FILENAMES,
    packages: ['@tensorflow/tfjs-core', ...optionalPackages].map((name) => {
      const found = installed(name);
      const note = found && name.includes('tfjs-node') && !nativeAddon(found) ? 'without its addon' : undefined;
      return { name, version: found?.version, note };
    }),
    backends: reports,
    choice,
    eagerChoice,
  };
}

async function tryBackend(backend: BackendName, seconds: number, threads?: number): Promise<BackendReport> {
  try {
    const options = JSON.stringify({ backend, seconds, threads });
    const reading = await child<SpeedReading>(`return await readSpeed({ ...${options}, log() {} });`, '{ readSpeed }');
    const { why, device, threads: used } = reading.description;
    return { backend, works: true, note: why, threads: used, device, gflops: reading.gflops, memory: reading.memory };
  } catch (error) {
    return {
      backend,
      works: false,
      note: firstLine(error).replace(`backend ${backend} is not available: `, ''),
    };
  }
}

/** Runs code with names of this package in a child process, from the source or from the built file, whichever this is. */
async function child<T>(code: string, names: string): Promise<T> {
  const source = import.meta.url.endsWith('.ts');
  const entry = source ? new URL('./index.ts', import.meta.url).href : import.meta.url;
  const nodeArguments = source
    ? ['--conditions=@interlayer/source', '--import', pathToFileURL(resolved('tsx')).href]
    : [];
  const program = `import(${JSON.stringify(entry)})
    .then(async (${names}) => report({ value: await (async () => { ${code} })() }))
    .catch((error) => report({ error: error.message }))
    .finally(() => process.exit());`;
  const { value, error } = await runChild<{ value: T; error?: string }>(program, { timeout: 120_000 }, nodeArguments);
  if (error !== undefined) throw new Error(error);
  return value;
}
