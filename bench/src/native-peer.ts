/**
 * tfjs-node beside us, in a process of its own, because TensorFlow's threads are set when it loads. As the PyTorch peer does, it
 * describes itself on the first line and then answers each line with one timed run.
 * usage: native-peer.ts matmul|forward|training-step|sweep THREADS
 */
import { createInterface } from 'node:readline';
import { startBackend } from '@interlayer/runtime';
import type { EagerJob } from './benchmark';
import { eagerJob as forward } from './forward';
import { eagerJob as matmul } from './matmul';
import { eagerJob as sweep } from './sweep';
import { eagerJob as trainingStep } from './training-step';

const jobs: Record<string, () => EagerJob> = { matmul, forward, 'training-step': trainingStep, sweep };

const say = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);

const [kind, threads] = process.argv.slice(2) as [string, string];
try {
  const { why } = await startBackend({ backend: 'tfjs-node', threads: Number(threads), log: () => {} });
  const job = jobs[kind]!();
  say({ about: why });
  for await (const _ of createInterface({ input: process.stdin })) {
    const start = performance.now();
    const loss = await job.run();
    say({ ms: performance.now() - start, loss: loss ?? null });
  }
} catch (error) {
  say({ missing: error instanceof Error ? error.message : String(error) });
}
process.exit();
