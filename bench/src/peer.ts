import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contestant } from './interleave';

const script = fileURLToPath(new URL('../torch/peer.py', import.meta.url));
const nativeScript = fileURLToPath(new URL('./native-peer.ts', import.meta.url));

/** A process that answers one timed run at a time. */
interface Conversation<About> {
  about: About;
  run(): Promise<{ ms: number; loss: number | null }>;
  close(): void;
}

export type Peer = Conversation<{ torch: string; threads: number; adamw?: string }>;

/** tfjs-node as a contestant, or as none. */
interface NativePeer {
  name: string;
  about: string | undefined;
  contestants: readonly Contestant[];
  losses: readonly number[];
  close(): void;
}

/** The Python that has PyTorch: INTERLAYER_PYTHON, else python3; undefined, said loudly, when it has none. */
export function findPython(): string | undefined {
  const python = process.env.INTERLAYER_PYTHON ?? 'python3';
  if (spawnSync(python, ['-c', 'import torch, numpy'], { stdio: 'ignore' }).status === 0) return python;
  console.error(`SKIPPED: the PyTorch side (${python} cannot import torch; INTERLAYER_PYTHON names another Python).`);
  return undefined;
}

/** Starts the peer for one benchmark; `folder` holds what bench/torch/peer.py reads. */
export async function startPeer(python: string, kind: string, threads: number, folder: string): Promise<Peer> {
  return await converse<Peer['about']>(`the PyTorch peer of "${kind}"`, python, [
    script,
    kind,
    String(threads),
    folder,
  ]);
}

/** A process with tfjs-node that answers in the same way. Where it cannot be had, it says so loudly and there is no contestant. */
export async function startNativePeer(kind: string, threads: number): Promise<NativePeer> {
  const name = `tfjs-node, ${threads} thread${threads > 1 ? 's' : ''}`;
  const peer = await converse<{ about?: string; missing?: string }>(
    `the tfjs-node peer of "${kind}"`,
    process.execPath,
    [...process.execArgv, nativeScript, kind, String(threads)],
  );
  const { about, missing } = peer.about;
  if (missing !== undefined) console.error(`SKIPPED: ${name} (${missing}).`);
  const losses: number[] = [];
  const run = async () => {
    const { ms, loss } = await peer.run();
    if (loss !== null) losses.push(loss);
    return ms;
  };
  return { name, about, losses, contestants: missing === undefined ? [{ name, run }] : [], close: peer.close };
}

async function converse<About>(name: string, command: string, args: readonly string[]): Promise<Conversation<About>> {
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${name} ended without an answer (its error stands above)`);
    return JSON.parse(value);
  };
  const about = await next();
  return {
    about,
    run: () => {
      child.stdin!.write('\n');
      return next();
    },
    close: () => void child.stdin!.end(),
  };
}
