/** `cka-memory.ts THREADS`: runs the benchmark of CKA once and prints the peak memory of its process in MB. */
import { startBackend } from '@interlayer/runtime';
import { createExecutor } from '@interlayer/tensor-compile';
import { baseOf, FULL, streamed } from './cka';
import { compiledMatmul } from './compiled-matmul';
import { peakMemoryMB } from './peak-memory';

await startBackend({ backend: 'cpu', log: () => {} });
const executor = await createExecutor({ provider: 'cpu', threads: Number(process.argv[2]) });
await streamed(baseOf(FULL), FULL, compiledMatmul(executor));
console.log(peakMemoryMB());
process.exit(0);
