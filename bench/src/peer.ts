import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../torch/peer.py', import.meta.url));

/** A PyTorch process that answers one timed run at a time. */
export interface Peer {
  about: { torch: string; threads: number; adamw?: string };
  run(): Promise<{ ms: number; loss: number | null }>;
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
  const child: ChildProcess = spawn(python, [script, kind, String(threads), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the PyTorch peer of "${kind}" ended without an answer (its error stands above)`);
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
