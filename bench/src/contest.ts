import { packKernels, startBackend, uninstallKernels } from '@interlayer/runtime';
import { createExecutor, type Executor, eagerExecutor } from '@interlayer/tensor-compile';
import type { BenchContext, BenchResult, Job } from './benchmark';
import { type Contestant, interleave } from './interleave';
import { compiledShare, eagerShare, type MatmulShare } from './matmul-share';
import { type Peer, startNativePeer, startTorchPeer } from './peer';
import { withThreads } from './with-threads';

interface Rounds {
  rounds: number;
  /** Uncounted rounds before them. */
  warmUp: number;
}

/** One task, which every engine does in its own way. */
interface Contest extends Rounds {
  /** What bench/pytorch/peer.py and native-peer.ts call it. */
  kind: string;
  /** What bench/pytorch/peer.py reads. */
  folder: string;
  /** The job on a compiling executor, or several ways to do it, by the suffix of their names. */
  compiled(executor: Executor, threads: number): Record<string, Job>;
  /** The job on the running tfjs backend, by an eager executor. */
  eager(executor: Executor): Job;
  /** On wasm with the kernel pack. Default: 5 rounds after one uncounted. */
  pack?: Rounds;
  /** On stock wasm, which may do less if its name says so. */
  stock: Rounds & { addsToName?: string; eager?(executor: Executor): Job; measure?(ms: readonly number[]): number };
  /** The reported number, from the milliseconds of the counted runs. */
  measure(ms: readonly number[]): number;
  better: 'more' | 'less';
  /** Whether to measure the share of matrix products too. */
  shares?: boolean;
}

/**
 * Interleaves compiled functions, PyTorch and tfjs-node at each number of threads, then runs eager wasm with and without our
 * kernels, and compares what they computed.
 */
export async function compete(
  contest: Contest,
  { threads, python }: BenchContext,
): Promise<Pick<BenchResult, 'medians' | 'ratios' | 'notes'>> {
  const medians: Record<string, number> = {};
  const values: Record<string, number[]> = {};
  const shares: Record<string, MatmulShare> = {};
  const notes: Record<string, unknown> = {};
  const contestant = (name: string, run: () => Promise<{ ms?: number; value: number | null | undefined }>) => {
    const seen: number[] = [];
    values[name] = seen;
    return {
      name,
      async run() {
        const { ms, value } = await run();
        if (typeof value === 'number') seen.push(value);
        return ms;
      },
    } satisfies Contestant;
  };
  const ours = (name: string, job: Job) => contestant(name, async () => ({ value: await job.run() }));

  await startBackend({ backend: 'cpu', log: () => {} });
  for (const count of threads) {
    const executor = await createExecutor({ provider: 'cpu', threads: count, spin: true });
    const jobs = Object.entries(contest.compiled(executor, count));
    const peers: Record<string, Peer | undefined> = {
      PyTorch: python ? await startTorchPeer(python, contest.kind, count, contest.folder) : undefined,
      'tfjs-node': await startNativePeer(contest.kind, count),
    };
    const contestants = jobs.map(([added, job]) => ours(withThreads(`compiled${added}`, count), job));
    for (const [name, peer] of Object.entries(peers))
      if (peer) contestants.push(contestant(withThreads(name, count), () => peer.run()));
    const times = await interleave(contestants, { ...contest, settle: 1 });
    for (const [name, each] of Object.entries(times)) medians[name] = contest.measure(each);
    if (contest.shares)
      shares[withThreads('compiled', count)] = await compiledShare(count, (other) => contest.compiled(other, 1)['']!);
    for (const [name, peer] of Object.entries(peers)) {
      if (!peer) continue;
      notes[name] = peer.about;
      if (contest.shares) shares[withThreads(name, count)] = await peer.share();
      peer.close();
    }
    for (const [, job] of jobs) await job.close();
    await executor.dispose();
  }

  const { pack = { rounds: 5, warmUp: 1 }, stock } = contest;
  for (const { name, kernels, eager, measure, ...rounds } of [
    { name: PACK, kernels: packKernels, eager: contest.eager, measure: contest.measure, ...pack },
    {
      name: `stock wasm${stock.addsToName ?? ''}`,
      kernels: ['UnsortedSegmentSum'] as const,
      eager: stock.eager ?? contest.eager,
      measure: stock.measure ?? contest.measure,
      ...stock,
    },
  ]) {
    uninstallKernels();
    await startBackend({ backend: 'wasm', kernels, log: () => {} });
    const job = eager(eagerExecutor());
    const times = await interleave([ours(name, job)], rounds);
    medians[name] = measure(times[name]!);
    if (contest.shares) shares[name] = await eagerShare(job, 1);
    await job.close();
  }
  uninstallKernels();

  Object.assign(notes, agreement(values));
  if (contest.shares) notes.matmulShares = shares;
  return { medians, ratios: ratiosOf(medians, threads, contest.better), notes };
}

const PACK = 'wasm with the kernel pack';

/** How much contestants differ from the first one in the runs that both made, and the values of one such run. */
function agreement(values: Readonly<Record<string, number[]>>) {
  const lists = Object.values(values).filter((seen) => seen.length > 0);
  if (lists.length === 0) return {};
  const common = Math.min(...lists.map((seen) => seen.length));
  const differences = lists.flatMap((seen) => seen.map((value, i) => Math.abs(value - (lists[0]![i] ?? value))));
  return {
    largestDifference: Math.max(...differences),
    valuesOfRun: {
      run: common,
      ...Object.fromEntries(Object.entries(values).map(([name, seen]) => [name, seen[common - 1]])),
    },
  };
}

/** How many times better the compiled function is than each other engine; a name without a number is for the most threads. */
export function ratiosOf(
  medians: Readonly<Record<string, number>>,
  threads: readonly number[],
  better: 'more' | 'less',
): Record<string, number> {
  const ratios: Record<string, number> = {};
  const add = (name: string, a: number, b: number | undefined) => {
    if (b !== undefined) ratios[name] = better === 'more' ? a / b : b / a;
  };
  const most = Math.max(...threads);
  const compiled = (count: number) => medians[withThreads('compiled', count)]!;
  for (const [suffix, engine] of Object.entries({ Torch: 'PyTorch', TfjsNode: 'tfjs-node' })) {
    for (const count of threads)
      add(`compiledVs${suffix}${count}`, compiled(count), medians[withThreads(engine, count)]);
    add(`compiledVs${suffix}`, compiled(most), medians[withThreads(engine, most)]);
  }
  const stock = Object.entries(medians).find(([name]) => name.startsWith('stock wasm'))![1];
  add('compiledVsWasm', compiled(most), stock);
  add('compiledVsPack', compiled(most), medians[PACK]);
  add('packVsWasm', medians[PACK]!, stock);
  return ratios;
}
