import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@interlayer/safetensors';
import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import type * as tf from '@tensorflow/tfjs-core';

/** Ids from the whole vocabulary, the same in every run and in PyTorch. */
export function spreadIds(batch: number, length: number, vocabulary: number): HostTensor {
  return hostTensor(
    Int32Array.from({ length: batch * length }, (_, i) => (i * 7919 + 13) % vocabulary),
    [batch, length],
  );
}

/** Writes model, inputs and config where the PyTorch peer reads them; `done` removes them. */
export async function handOver(
  model: { config: object; weights: Readonly<Record<string, tf.Variable>> },
  inputs: Record<string, HostTensor>,
  extra: object = {},
): Promise<{ folder: string; done(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'interlayer-bench-'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...model.config, ...extra }));
  await writeSafetensors(
    join(folder, 'weights.safetensors'),
    Object.entries(model.weights).map(([name, variable]) => ({
      name,
      shape: variable.shape,
      data: variable.dataSync() as Float32Array,
    })),
  );
  await writeSafetensors(
    join(folder, 'inputs.safetensors'),
    Object.entries(inputs).map(([name, { shape, data }]) => ({ name, shape, data: data as Int32Array | Float32Array })),
  );
  return { folder, done: () => rmSync(folder, { recursive: true, force: true }) };
}
