/** `cka-memory.ts THREADS ROWS WIDTH LAYERS`: runs the benchmark of CKA once and prints the peak memory of its process in MB. */
import { startBackend } from '@interlayer/runtime';
import { compileMatmul, createExecutor } from '@interlayer/tensor-compile';
import { baseOf, streamed } from './cka';
import { peakMemoryMB } from './peak-memory';

const [threads, rows, width, layers] = process.argv.slice(2).map(Number) as [number, number, number, number];
const shape = { rows, width, layers };
await startBackend({ backend: 'cpu', log: () => {} });
const executor = await createExecutor({ provider: 'cpu', threads });
await streamed(baseOf(shape), shape, compileMatmul(executor));
console.log(peakMemoryMB());
process.exit(0);
