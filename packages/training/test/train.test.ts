import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostTensor } from '@interlayer/tensor-compile';
import { expectConservesTensors, useBackend } from '@interlayer/test-kit';
import { createBatches } from '@interlayer/text-data';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  adamW,
  causalLoss,
  causalRows,
  latestCheckpoint,
  linearSchedule,
  listCheckpoints,
  mapBatches,
  train,
} from '../src/index';
import { makeExecutor, type TinyRun, tinyModel, tinyRun, tinyText } from './fixtures/tiny-run';

beforeAll(() => useBackend('cpu'));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'interlayer-train-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (options: Partial<TinyRun> = {}, overrides: Parameters<typeof tinyRun>[1] = {}) =>
  tinyRun({ folder: join(folder, 'run'), executor: 'eager', steps: 12, every: 5, ...options }, overrides);
const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const weights = (path: string) => readFileSync(join(path, 'weights.safetensors'));

describe.each(['eager', 'onnx'] as const)('train with the %s executor', (executor) => {
  it('learns, logs means over its lines, and leaves no tensor behind', async () => {
    const result = await expectConservesTensors(() => run({ executor, steps: 61 }));
    expect(result).toMatchObject({ finished: true, step: 61 });
    const log = lines(result.log);
    expect(log.map(({ step }) => step)).toEqual([...Array.from({ length: 20 }, (_, i) => 3 * i + 3), 61]);
    // ln 11 = 2.40 at the start; the text's own conditional entropy is 1.21.
    expect(log[0].loss).toBeGreaterThan(2.3);
    expect(result.loss).toBeLessThan(1.9);
    for (const { gradientNorm, rate } of log) {
      expect(gradientNorm).toBeGreaterThan(0);
      expect(rate).toBeLessThanOrEqual(0.05);
    }
    expect(listCheckpoints(join(folder, 'run')).map(({ step }) => step)).toEqual([60, 61]);
  });

  it('stops at a signal with a checkpoint and says how to go on; resumed, it writes the same bytes', async () => {
    const whole = await run({ executor, folder: join(folder, 'whole') });
    let text = '';
    const controller = new AbortController();
    const first = await run(
      { executor },
      {
        signal: controller.signal,
        progress: { stream: { write: (part: string) => (text += part) }, name: 'tiny' },
        evaluate: { at: (step) => step === 7, run: async () => void controller.abort() },
      },
    );
    expect(first).toMatchObject({ finished: false, step: 7, checkpoint: join(folder, 'run', 'step-00000007') });
    expect(text).toContain(`stopped after step 7 of 12; resume from ${join(folder, 'run', 'step-00000007')}`);
    const second = await run({ executor });
    expect(second).toMatchObject({ finished: true, step: 12 });
    for (const file of ['weights.safetensors', 'optimizer.safetensors', 'state.json'])
      expect(readFileSync(join(second.checkpoint, file)).equals(readFileSync(join(whole.checkpoint, file))), file).toBe(
        true,
      );
    expect(readFileSync(second.log, 'utf8')).toBe(readFileSync(whole.log, 'utf8'));
  });

  it.each([{ accumulate: 3 }, { parallel: 3 }])('takes micro-batches by %o, and resumes that too', async (micro) => {
    const whole = await run({ executor, ...micro, folder: join(folder, 'whole') });
    const controller = new AbortController();
    await run(
      { executor, ...micro },
      { signal: controller.signal, evaluate: { at: (step) => step === 4, run: async () => void controller.abort() } },
    );
    const resumed = await run({ executor, ...micro });
    expect(weights(resumed.checkpoint).equals(weights(whole.checkpoint))).toBe(true);
  });

  it('learns the same from micro-batches one after the other and side by side', async () => {
    const logOf = async (micro: Partial<TinyRun>) =>
      lines((await run({ executor, ...micro, folder: join(folder, Object.keys(micro)[0]!) })).log);
    const [one, other] = [await logOf({ accumulate: 2 }), await logOf({ parallel: 2 })];
    expect(one).toHaveLength(4);
    one.forEach(({ loss, gradientNorm }, i) => {
      expect(other[i].loss).toBeCloseTo(loss, 4);
      expect(other[i].gradientNorm).toBeCloseTo(gradientNorm, 4);
    });
  });

  it('stops at a loss that is not finite, naming the step, and keeps the checkpoint before it', async () => {
    const failed = run({ executor }, { schedule: (step) => (step === 8 ? 1e38 : 0.01), resume: true });
    await expect(failed).rejects.toThrow(/step (8|9|10).*the checkpoint .*step-00000005 is untouched/);
    expect(latestCheckpoint(join(folder, 'run'))?.step).toBe(5);
  });
});

describe('train', () => {
  it('drops the lines of the log after the checkpoint', async () => {
    const controller = new AbortController();
    await run(
      {},
      { signal: controller.signal, evaluate: { at: (step) => step === 6, run: async () => void controller.abort() } },
    );
    const log = join(folder, 'run', 'log.jsonl');
    appendFileSync(log, '{"step":9,"loss":1}\n{"step":12,"lo');
    await run();
    expect(lines(log).map(({ step }) => step)).toEqual([3, 6, 9, 12]);
  });

  it('shows the model to `evaluate` before the first step and after chosen ones, and logs what it returns', async () => {
    const seen: number[] = [];
    const { log } = await run(
      {},
      {
        evaluate: {
          at: (step) => step % 6 === 0,
          run: async (step) => {
            seen.push(step);
            return { heldOut: step / 2 };
          },
        },
      },
    );
    expect(seen).toEqual([0, 6, 12]);
    expect(lines(log).filter(({ heldOut }) => heldOut !== undefined)).toEqual([
      { step: 0, heldOut: 0 },
      { step: 6, heldOut: 3 },
      { step: 12, heldOut: 6 },
    ]);
  });

  it('does nothing more when a finished run is resumed', async () => {
    const first = await run();
    const again = await run();
    expect(again).toMatchObject({ finished: true, step: 12, checkpoint: first.checkpoint });
    expect(again.loss).toBeNaN();
  });

  it('refuses a folder that holds a run, another configuration and a damaged checkpoint', async () => {
    await run();
    await expect(run({}, { resume: false })).rejects.toThrow(/holds a run of 12 steps; resume it/);
    await expect(run({}, { seed: 10 })).rejects.toThrow(/belongs to another run: seed was 9, is 10/);
    await expect(run({}, { config: { width: 7 } })).rejects.toThrow(/width was undefined, is 7/);
    await expect(run({ steps: 20 })).rejects.toThrow(/belongs to another run: schedule\.\w+ was .*, is /);
    const now = `eager ${tf.getBackend()}`;
    await expect(run({ executor: 'onnx' })).rejects.toThrow(new RegExp(`executor was "${now}", is "onnxruntime cpu`));
    rmSync(join(folder, 'run', 'step-00000012', 'optimizer.safetensors'));
    await expect(run()).rejects.toThrow(/step-00000012 cannot be used: optimizer\.safetensors is missing/);
    // As the message advises.
    rmSync(join(folder, 'run', 'step-00000012'), { recursive: true });
    expect(await run()).toMatchObject({ finished: true, step: 12 });
  });

  it('refuses numbers that are none', async () => {
    await expect(run({ steps: 0 })).rejects.toThrow('steps is 0');
    await expect(run({}, { checkpoint: { folder, every: 0 } })).rejects.toThrow('checkpoint.every is 0');
    await expect(run({ accumulate: 1.5 })).rejects.toThrow('accumulate is 1.5');
    await expect(run({ parallel: 0 })).rejects.toThrow('parallel is 0');
    await expect(run({ accumulate: 2, parallel: 2 })).rejects.toThrow('expected one of them to be 1');
    expect(existsSync(join(folder, 'run'))).toBe(false);
  });

  it('takes a model or variables by name, to the same bytes, and refuses neither', async () => {
    const options = {
      executor: await makeExecutor('eager'),
      schedule: linearSchedule({ peak: 0.05, steps: 2 }),
      steps: 2,
      seed: 9,
      progress: false as const,
      optimizer: adamW(),
    };
    const train2 = (name: string, trained: (weights: ReturnType<typeof tinyModel>['weights']) => object) => {
      const { weights, logits } = tinyModel();
      const batches = mapBatches(
        createBatches(causalRows(tinyText(), 7), { batchSize: 8, seed: 9, dropLast: true }),
        ({ ids, shape }) => ({ ids: hostTensor(ids, shape) }),
      );
      const checkpoint = { folder: join(folder, name), every: 2 };
      const rest = { ...options, loss: causalLoss(logits), batches, checkpoint };
      // biome-ignore lint/suspicious/noExplicitAny: also what the types refuse
      return train({ ...rest, ...trained(weights) } as any).finally(() => tf.dispose(weights));
    };
    const a = await train2('model', (weights) => ({ model: { weights } }));
    const b = await train2('variables', (variables) => ({ variables }));
    expect(weights(a.checkpoint).equals(weights(b.checkpoint))).toBe(true);
    await expect(train2('neither', () => ({}))).rejects.toThrow(
      'there is nothing to train; give a model, or variables',
    );
    expect(existsSync(join(folder, 'neither'))).toBe(false);
  });

  it('has optimiser settings in its configuration', () => {
    const model = tinyModel();
    expect(adamW()(model.weights).settings.decaying).toEqual(['table', 'dense.weight']);
    tf.dispose(Object.values(model.weights));
  });
});
