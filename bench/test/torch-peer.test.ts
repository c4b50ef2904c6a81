import { createBert } from '@interlayer/bert-model';
import { createGpt } from '@interlayer/gpt-model';
import { eagerExecutor, type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import { randomizeWeights, randomValues, tolerance, useBackend } from '@interlayer/test-kit';
import { causalLoss, maskedLoss } from '@interlayer/training';
import type * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { findPython, startTorchPeer } from '../src/peer';
import { handOver, spreadIds } from '../src/subject';
import { eagerSweep, swappedOrders } from '../src/sweep';
import { trainingJob } from '../src/training-job';

// A search for the fastest instructions is of no use here.
process.env.MKL_ENABLE_INSTRUCTIONS ??= 'AVX2';
const python = findPython();
/** Loading PyTorch takes seconds; on a machine that is busy, minutes. */
const SLOW = { timeout: 300_000 };

const SHAPE = { vocab_size: 50, hidden_size: 16, num_hidden_layers: 3, num_attention_heads: 2 };
const adam = { beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.1, clipNorm: 0.5 };
const rates = [1e-3, 5e-3, 2e-2];
const inputs = { ids: spreadIds(2, 7, 50) };

const random = (weights: Readonly<Record<string, tf.Variable>>) => {
  let seed = 1;
  randomizeWeights(weights, (size) => randomValues(size, seed++).map((value) => value / 2));
};

describe.skipIf(!python)('the PyTorch peer computes what we do', () => {
  beforeAll(() => useBackend('cpu'));

  it('in a sweep over orders', SLOW, async () => {
    const model = createBert(SHAPE, { seed: 1 });
    random(model.weights);
    const handed = await handOver(model, inputs);
    const peer = await startTorchPeer(python!, 'sweep', 1, handed.folder);
    const sweep = eagerSweep(model);
    for (const order of [...swappedOrders(3), [1, 0, 2]])
      expect((await peer.run()).value).toBeCloseTo((await sweep(inputs, order)).data[0]!, 4);
    peer.close();
    handed.done();
    model.dispose();
  });

  it.each(['training-step', 'mini-gpt'])('in steps of %s, with clipping, decay and a schedule', SLOW, async (kind) => {
    const model =
      kind === 'mini-gpt'
        ? createGpt(
            {
              vocab_size: 50,
              n_positions: 8,
              n_embd: 16,
              n_layer: 3,
              n_head: 2,
              activation_function: 'relu',
              final_layer_norm: false,
            },
            { seed: 1 },
          )
        : createBert(SHAPE, { seed: 1, heads: ['mlm'] });
    random(model.weights);
    const batch: Record<string, HostTensor> =
      'mlmLogits' in model
        ? {
            ...inputs,
            positions: hostTensor(Int32Array.of(1, 5, 9, 13), [4]),
            labels: hostTensor(Int32Array.of(3, 1, 4, 1), [4]),
            weights: hostTensor(Float32Array.of(1, 1, 1, 0), [4]),
          }
        : inputs;
    const loss =
      'mlmLogits' in model
        ? maskedLoss(
            (each) => model.withHeads([]).run(each).hidden,
            (states) => model.mlmLogits(states),
          )
        : causalLoss((each) => model.run(each).logits);
    const handed = await handOver(model, batch, { rates, adam });
    const peer = await startTorchPeer(python!, kind, 1, handed.folder);
    const schedule = (step: number) => rates[Math.min(step, rates.length) - 1]!;
    const ours = trainingJob(eagerExecutor(), { ...model, loss, inputs: batch, adam, schedule });
    const losses: number[] = [];
    for (let step = 0; step < 5; step++) {
      losses.push((await ours.run())!);
      expect(Math.abs((await peer.run()).value! - losses.at(-1)!)).toBeLessThan(tolerance.loss);
    }
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const { share } = await peer.share();
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
    peer.close();
    handed.done();
    await ours.close();
  });
});
