/**
 * tfjs-node as a peer, in its own process because TensorFlow's threads are set when it loads. Like the PyTorch peer, it describes
 * itself on the first line and then answers each line: `run` with one timed run, `share` with the share of matrix products in
 * a run.
 * usage: native-peer.ts matmul|forward|llama-forward|training-step|sweep|mini-bert|mini-gpt THREADS
 */
import { createInterface } from 'node:readline';
import { startBackend } from '@interlayer/runtime';
import type { Job } from './benchmark';
import { eagerJob as forward } from './forward';
import { eagerJob as llamaForward } from './llama-forward';
import { eagerJob as matmul } from './matmul';
import { eagerShare } from './matmul-share';
import { eagerJob as sweep } from './sweep';
import { eagerJob as throughput } from './throughput';
import { eagerJob as trainingStep } from './training-step';

const jobs: Record<string, () => Job | Promise<Job>> = {
  matmul,
  forward,
  'llama-forward': llamaForward,
  'training-step': trainingStep,
  sweep,
  'mini-bert': () => throughput('mini-bert'),
  'mini-gpt': () => throughput('mini-gpt'),
};

const say = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);

const [kind, threads] = process.argv.slice(2) as [string, string];
try {
  const { why } = await startBackend({ backend: 'tfjs-node', threads: Number(threads), log: () => {} });
  const job = await jobs[kind]!();
  say({ why });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'share') {
      say(await eagerShare(job));
      continue;
    }
    const start = performance.now();
    const value = await job.run();
    say({ ms: performance.now() - start, value: value ?? null });
  }
} catch (error) {
  say({ missing: error instanceof Error ? error.message : String(error) });
}
process.exit();
