/**
 * `forward-memory.ts FOLDER THREADS`: loads a BERT from a folder, compiles its encoder, runs 8 × 128 tokens twice and prints
 * the peak memory of its process in MB.
 */
import { type BertInputs, loadBert } from '@interlayer/bert-model';
import { startBackend } from '@interlayer/runtime';
import { createExecutor } from '@interlayer/tensor-compile';
import { peakMemoryMB } from './peak-memory';
import { spreadIds } from './subject';

const [folder, threads] = process.argv.slice(2) as [string, string];
await startBackend({ backend: 'cpu', log: () => {} });
const { model } = await loadBert(folder);
const executor = await createExecutor({ provider: 'cpu', threads: Number(threads) });
const run = executor.compile((inputs: BertInputs) => model.run(inputs).hidden, { state: Object.values(model.weights) });
const inputs = { ids: spreadIds(8, 128, model.config.vocab_size) };
for (let i = 0; i < 2; i++) await run(inputs);
console.log(peakMemoryMB());
process.exit(0);
