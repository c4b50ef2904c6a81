import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { MatmulShare } from './matmul-share';
import { withThreads } from './with-threads';

const torchScript = fileURLToPath(new URL('../pytorch/peer.py', import.meta.url));
const nativeScript = fileURLToPath(new URL('./native-peer.ts', import.meta.url));

/** A process that answers one timed run at a time. */
export interface Peer<T = number | null> {
  /** How it describes itself. */
  about: unknown;
  run(): Promise<{ ms: number; value: T }>;
  share(): Promise<MatmulShare>;
  close(): void;
}

/** What the peer needs: both packages, in versions that fit each other. A folder named `torch` imports too, and does not. */
const PROBE = 'import numpy, torch; assert torch.from_numpy(numpy.ones(2, "f")).sum().item() == 2';

/** INTERLAYER_PYTHON, or else python3, if the probe runs there; undefined, with a loud reason, if not. */
export function findPython(side = 'the PyTorch side', probe = PROBE): string | undefined {
  const python = process.env.INTERLAYER_PYTHON ?? 'python3';
  // From the folder of the peer: Python looks for modules beside a script, and for a command in the working folder.
  const { status, error, stderr } = spawnSync(python, ['-c', probe], { cwd: dirname(torchScript), encoding: 'utf8' });
  if (status === 0) return python;
  const reason = error ? error.message : stderr.trim().split('\n').at(-1);
  console.error(`SKIPPED: ${side} (${python}: ${reason}). INTERLAYER_PYTHON names another Python.`);
  return undefined;
}

/** Starts the PyTorch peer for one benchmark; `folder` holds what bench/pytorch/peer.py reads. */
export async function startTorchPeer(python: string, kind: string, threads: number, folder: string): Promise<Peer> {
  const peer = await converse(`the PyTorch peer of "${kind}"`, python, [torchScript, kind, String(threads), folder]);
  // The first peer has found the fastest instructions; the others need not search again.
  const { instructions } = peer.about as { instructions: string };
  process.env.MKL_ENABLE_INSTRUCTIONS ??= instructions.startsWith('MKL') ? '' : instructions;
  return peer;
}

/** A process with tfjs-node that answers in the same way; undefined, with a loud reason, if it is not available. */
export async function startNativePeer(kind: string, threads: number): Promise<Peer | undefined> {
  const args = [...process.execArgv, nativeScript, kind, String(threads)];
  const peer = await converse(`the tfjs-node peer of "${kind}"`, process.execPath, args);
  const { missing } = peer.about as { missing?: string };
  if (missing === undefined) return peer;
  console.error(`SKIPPED: ${withThreads('tfjs-node', threads)} (${missing}).`);
  return undefined;
}

/** Starts a process that describes itself and then answers one line at a time. */
export async function converse<T = number | null>(
  name: string,
  command: string,
  args: readonly string[],
): Promise<Peer<T>> {
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${name} ended without an answer (see its error above)`);
    return JSON.parse(value);
  };
  const ask = (line: string) => {
    child.stdin!.write(`${line}\n`);
    return next();
  };
  return {
    about: await next(),
    run: () => ask('run'),
    share: () => ask('share'),
    close: () => void child.stdin!.end(),
  };
}
