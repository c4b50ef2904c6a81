/** `attention-maps-memory.ts THREADS TOKENS WIDTH HEADS INNER`: all maps of one layer; prints the peak memory of its process in MB. */
import { attentionMaps } from '@interlayer/attention-maps';
import { startBackend } from '@interlayer/runtime';
import { compileMatmul, createExecutor } from '@interlayer/tensor-compile';
import { mapLayer } from './map-layer';
import { peakMemoryMB } from './peak-memory';

const [threads, tokens, width, heads, inner] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
  number,
];
await startBackend({ backend: 'cpu', log: () => {} });
const executor = await createExecutor({ provider: 'cpu', threads });
await attentionMaps(mapLayer({ tokens, width, heads, inner }), { matmul: compileMatmul(executor) });
console.log(peakMemoryMB());
process.exit(0);
